// Api: the state of an account is where its partition is, which may be in another process.
#include "app/api.hpp"
#include "base/hash.hpp"
#include "core/model/ids.hpp"

namespace aw::app {

std::string Api::url() const {
    const std::string& told = context_.settings.http.advertised_url;
    return told.empty() ? "http://" + address() : told;
}

void Api::with_owner(AccountRoot root, const http::Request& request, const http::Responder& respond,
                     std::function<void(const Partition&)> answer) {
    const std::string target = request.target;
    if (context_.workers == nullptr) return send_to_owner(root, target, respond);
    context_.workers->ask(root, [this, root, target, respond, answer = std::move(answer)](const Partition* partition) {
        partition == nullptr ? send_to_owner(root, target, respond) : answer(*partition);
    });
}

// 307 repeats the request as it was, body and all.
void Api::send_to_owner(AccountRoot root, const std::string& target, const http::Responder& respond) {
    const int partition = partition_of(format_root(root), context_.log.partitions());
    owners_->find(partition, [own = url(), target, respond](std::string url) {
        while (url.ends_with('/')) url.pop_back();
        if (url.empty() || url == own) {
            http::Response answer = http::problem(
                503, "NOT_OWNER", "nobody owns the account's partition at the moment, or its owner has no role serve");
            answer.headers.emplace_back("Retry-After", "1");
            return respond(answer);
        }
        http::Response answer =
            http::problem(307, "NOT_OWNER", "the account's partition is owned by the instance at " + url);
        answer.headers.emplace_back("Location", url + target);
        respond(answer);
    });
}

}  // namespace aw::app

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

namespace {

http::Response nobody(const char* detail) {
    http::Response answer = http::problem(503, "NOT_OWNER", detail);
    answer.headers.emplace_back("Retry-After", "1");
    return answer;
}

// 307 repeats the request as it was, body and all.
http::Response there(const std::string& url, const std::string& target, const std::string& detail) {
    http::Response answer = http::problem(307, "NOT_OWNER", detail + url);
    answer.headers.emplace_back("Location", url + target);
    return answer;
}

// Empty: nobody else can be asked there.
std::string of_another(std::string url, const std::string& own) {
    while (url.ends_with('/')) url.pop_back();
    return url == own ? std::string() : url;
}

}  // namespace

void Api::send_to_owner(AccountRoot root, const std::string& target, const http::Responder& respond) {
    const int partition = partition_of(format_root(root), context_.log.partitions());
    owners_->find(partition, [own = url(), target, respond](const std::string& found) {
        const std::string url = of_another(found, own);
        if (url.empty()) {
            return respond(nobody("nobody owns the account's partition at the moment, or its owner has no role serve"));
        }
        respond(there(url, target, "the account's partition is owned by the instance at "));
    });
}

void Api::send_to_any_owner(int partition, const std::string& target, const http::Responder& respond) {
    if (partition >= context_.log.partitions())
        return respond(nobody("nobody owns a partition at the moment, or no owner has the role serve"));
    owners_->find(partition, [this, own = url(), partition, target, respond](const std::string& found) {
        const std::string url = of_another(found, own);
        if (url.empty()) return send_to_any_owner(partition + 1, target, respond);
        respond(there(url, target, "this instance owns no partition, the one that does is at "));
    });
}

}  // namespace aw::app

#include "http/message.hpp"

#include <atomic>

#include <fmt/format.h>

#include "base/text.hpp"

namespace aw::http {

std::string_view Request::header(std::string_view name) const {
    for (const auto& [key, value] : headers) {
        if (key == name) return value;
    }
    return {};
}

std::string Request::query_or(const std::string& name, std::string otherwise) const {
    const auto at = query.find(name);
    return at == query.end() ? std::move(otherwise) : at->second;
}

struct Responder::Once {
    Send send;
    std::atomic<bool> done{false};

    explicit Once(Send s) : send(std::move(s)) {}
    Once(const Once&) = delete;
    Once& operator=(const Once&) = delete;
    ~Once() { answer(problem(500, "INTERNAL", "the request was not answered")); }

    void answer(Response response) {
        if (!done.exchange(true)) send(std::move(response));
    }
};

Responder::Responder(Send send) : once_(std::make_shared<Once>(std::move(send))) {}

void Responder::operator()(Response response) const { once_->answer(std::move(response)); }

std::string_view status_text(int status) {
    switch (status) {
        case 200:
            return "OK";
        case 201:
            return "Created";
        case 202:
            return "Accepted";
        case 204:
            return "No Content";
        case 307:
            return "Temporary Redirect";
        case 400:
            return "Bad Request";
        case 401:
            return "Unauthorized";
        case 403:
            return "Forbidden";
        case 404:
            return "Not Found";
        case 405:
            return "Method Not Allowed";
        case 408:
            return "Request Timeout";
        case 409:
            return "Conflict";
        case 413:
            return "Content Too Large";
        case 415:
            return "Unsupported Media Type";
        case 421:
            return "Misdirected Request";
        case 422:
            return "Unprocessable Content";
        case 429:
            return "Too Many Requests";
        case 431:
            return "Request Header Fields Too Large";
        case 500:
            return "Internal Server Error";
        case 503:
            return "Service Unavailable";
        case 504:
            return "Gateway Timeout";
        case 507:
            return "Insufficient Storage";
        default:
            return status < 400 ? "OK" : "Error";
    }
}

Response problem(int status, std::string_view code, std::string_view detail) {
    Response response;
    response.status = status;
    response.content_type = "application/problem+json";
    response.body = fmt::format(R"({{"type":"about:blank","title":"{}","status":{},"detail":"{}","code":"{}"}})",
                                status_text(status), status, json_escaped(detail), json_escaped(code));
    return response;
}

bool percent_decode(std::string_view text, bool query, std::string& out) {
    const auto hex = [](char c) {
        if (c >= '0' && c <= '9') return c - '0';
        if (c >= 'a' && c <= 'f') return c - 'a' + 10;
        if (c >= 'A' && c <= 'F') return c - 'A' + 10;
        return -1;
    };
    out.clear();
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] == '%') {
            const int high = i + 2 < text.size() ? hex(text[i + 1]) : -1;
            const int low = i + 2 < text.size() ? hex(text[i + 2]) : -1;
            if (high < 0 || low < 0 || high + low == 0) return false;
            out += static_cast<char>(high * 16 + low);
            i += 2;
        } else {
            out += query && text[i] == '+' ? ' ' : text[i];
        }
    }
    for (std::string_view rest = out; !rest.empty();) {
        const std::size_t n = utf8_character(rest);
        if (n == 0) return false;
        rest.remove_prefix(n);
    }
    return true;
}

}  // namespace aw::http

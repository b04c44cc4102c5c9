// A request as its bytes, for headers that the tool's own client does not send.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include <boost/asio/ip/tcp.hpp>

namespace aw::test {

using RawHeaders = std::vector<std::pair<std::string, std::string>>;

// The whole answer, status line first; empty if there is none. `url`: http://HOST:PORT.
inline std::string post_raw(const std::string& url, const std::string& target, const RawHeaders& headers,
                            const std::string& body) {
    const std::size_t host = url.find("//") + 2;
    const std::size_t colon = url.find(':', host);
    boost::asio::ip::tcp::iostream stream(url.substr(host, colon - host), url.substr(colon + 1));
    stream << "POST " << target
           << " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Length: " << body.size() << "\r\n";
    for (const auto& [name, value] : headers) stream << name << ": " << value << "\r\n";
    stream << "\r\n" << body << std::flush;
    std::string answer;
    for (char c = 0; stream.get(c);) answer += c;
    return answer;
}

}  // namespace aw::test

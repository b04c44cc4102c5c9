// The words of notices: one mustache file per language, `notice.zh.mustache` and `notice.en.mustache`, with one section
// per NoticeReason. The first line of a section is the subject, the rest the text:
//
//     {{#CASE_OPENED}}
//     【{{severity}}】{{account}} 用邮量异常
//     {{detail}}
//     {{/CASE_OPENED}}
//
// Values (empty = not set, usable as a section): severity, account, account_root, case_id, task_id, created, due, link,
// subject and detail (the notice's own subject and text), and is_INFO ... is_CRITICAL.
//
// Owner: app/. Immutable once loaded, so any thread may render. Failure: a section that is missing or broken costs
// only itself; its notices go out in their own plain words, and whoever renders is told.
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.hpp"
#include "core/model/output.hpp"

namespace aw::notify {

// A notice in the words in which it is sent: subject and text of `notice` are the rendered ones.
struct Rendered {
    Notice notice;
    bool plain_text = false;  // no template could be used
};

struct TemplateContext {
    std::function<std::int32_t(Timestamp)> utc_offset_s;   // of the configured time zone; empty = UTC
    std::function<std::string(AccountRoot)> account_name;  // empty text = unknown; may be empty
    std::string advertised_url;                            // without it there are no links
};

// What is wrong in a template file.
struct TemplateMistake {
    std::string file;
    int line = 0;    // from 1; 0 = the whole file
    int column = 0;  // from 1, in characters
    std::string message;
};
[[nodiscard]] std::string to_text(const TemplateMistake& mistake);  // "file:line:column: what is wrong"

class Templates {
public:
    Templates();  // none at all: everything is plain text
    ~Templates();
    Templates(Templates&&) noexcept;
    Templates& operator=(Templates&&) noexcept;

    // Loads what can be used; `mistakes` gets the rest.
    [[nodiscard]] static Templates load(const std::string& folder, TemplateContext context,
                                        std::vector<TemplateMistake>& mistakes);

    // In `language` (UNSPECIFIED = the notice's own).
    [[nodiscard]] Rendered render(const Notice& notice, Language language) const;

private:
    struct Section;
    using Key = std::pair<Language, NoticeReason>;

    TemplateContext context_;
    std::map<Key, std::unique_ptr<Section>> sections_;
};

// For `accountwatch check`: every mistake in the templates of that folder; empty = all is well.
[[nodiscard]] std::vector<TemplateMistake> check_templates(const std::string& folder);

// "8月17日（周一）09:00", "Mon 17 Aug, 09:00"; with the year when it is not that of `seen_from`.
[[nodiscard]] std::string local_time_text(Timestamp instant, std::int32_t utc_offset_s, Timestamp seen_from,
                                          Language language);
[[nodiscard]] std::string_view severity_text(Severity severity, Language language);

}  // namespace aw::notify

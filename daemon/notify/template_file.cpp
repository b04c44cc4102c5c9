#include "notify/template_file.hpp"

#include <algorithm>
#include <optional>
#include <tuple>
#include <utility>

#include <fmt/format.h>

#include "base/text.hpp"

namespace aw::notify {
namespace {

constexpr std::string_view kBlanks = " \t\r\n";

std::string_view trim(std::string_view text) {
    const std::size_t from = text.find_first_not_of(kBlanks);
    if (from == std::string_view::npos) return {};
    return text.substr(from, text.find_last_not_of(kBlanks) - from + 1);
}

struct Tag {
    char kind = ' ';  // '#', '^', '/', '!', ' ' for a value, '?' for anything we do not allow
    std::string_view name;
    std::size_t from = 0;  // of "{{"
    std::size_t to = 0;    // after "}}"
};

class Reader {
public:
    Reader(std::string_view text, const std::string& file, const std::vector<std::string_view>& known,
           std::vector<TemplateMistake>& mistakes)
        : text_(text), file_(file), known_(known), mistakes_(mistakes) {}

    std::map<NoticeReason, TemplateSection> read() {
        check_utf8();
        std::size_t at = 0;
        while (const auto tag = next(at)) {
            stray_text(at, tag->from);
            at = tag->to;
            if (tag->kind == '!') continue;
            const auto reason = parse_enum<NoticeReason>(tag->name);
            if (tag->kind != '#' || !reason) {
                mistake(tag->from, fmt::format("{{{{{}}}}} stands outside of a section of a notice reason",
                                               text_.substr(tag->from + 2, tag->to - tag->from - 4)));
                continue;
            }
            if (!section(*tag, *reason, at)) return std::move(sections_);
        }
        stray_text(at, stopped_ ? at : text_.size());
        return std::move(sections_);
    }

private:
    void mistake(std::size_t at, std::string_view what) {
        const auto [line, column] = place(at);
        mistakes_.push_back({file_, line, column, std::string(what)});
    }

    // Line and column of a byte, both from 1; columns in characters.
    [[nodiscard]] std::pair<int, int> place(std::size_t at) const {
        const std::string_view before = text_.substr(0, at);
        const std::size_t line_end = before.rfind('\n');
        const std::string_view left = line_end == before.npos ? before : before.substr(line_end + 1);
        const auto starts = [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U; };
        return {1 + static_cast<int>(std::ranges::count(before, '\n')),
                1 + static_cast<int>(std::ranges::count_if(left, starts))};
    }

    void check_utf8() {
        for (std::size_t at = 0; at < text_.size();) {
            const std::size_t n = utf8_character(text_.substr(at));
            if (n == 0) return mistake(at, "is not UTF-8");
            at += n;
        }
    }

    void stray_text(std::size_t from, std::size_t to) {
        const std::string_view between = text_.substr(from, to - from);
        if (const std::string_view stray = trim(between); !stray.empty()) {
            mistake(from + between.find(stray), "text outside of any section is never sent");
        }
    }

    // The next tag from `at` on; nothing at the end or at a tag that does not end.
    std::optional<Tag> next(std::size_t at) {
        Tag tag;
        tag.from = text_.find("{{", at);
        if (tag.from == std::string_view::npos) return std::nullopt;
        const std::size_t end = text_.find("}}", tag.from + 2);
        if (end == std::string_view::npos) {
            mistake(tag.from, "this tag does not end with }}");
            stopped_ = true;
            return std::nullopt;
        }
        tag.to = end + 2;
        std::string_view inside = trim(text_.substr(tag.from + 2, end - tag.from - 2));
        if (!inside.empty() && std::string_view("#^/!").find(inside.front()) != std::string_view::npos) {
            tag.kind = inside.front();
            inside = trim(inside.substr(1));
        } else if (inside.empty() || inside.find_first_of("{}&>=") != std::string_view::npos) {
            tag.kind = '?';
        }
        tag.name = inside;
        return tag;
    }

    // Reads on to the end of the section of `reason`; `at` follows. False when there is no end.
    bool section(const Tag& begin, NoticeReason reason, std::size_t& at) {
        const std::size_t before = mistakes_.size();
        std::vector<Tag> open{begin};
        while (const auto tag = next(at)) {
            at = tag->to;
            if (tag->kind == '/') {
                if (tag->name != open.back().name) {
                    mistake(tag->from, fmt::format("{{{{/{}}}}} does not close {{{{{}{}}}}}", tag->name,
                                                   open.back().kind, open.back().name));
                    // Closing the whole section here loses nothing but this section.
                    if (tag->name != begin.name) continue;
                    open.resize(1);
                }
                open.pop_back();
                if (open.empty()) {
                    finish(begin, *tag, reason, before);
                    return true;
                }
            } else if (tag->kind == '#' && parse_enum<NoticeReason>(tag->name) && !is_known(tag->name)) {
                mistake(begin.from, fmt::format("{{{{#{}}}}} is not closed", begin.name));
                sections_[reason].broken = true;
                at = tag->from;  // the next section may be fine
                return true;
            } else {
                check(*tag);
                if (tag->kind == '#' || tag->kind == '^') open.push_back(*tag);
            }
        }
        if (!stopped_) mistake(begin.from, fmt::format("{{{{#{}}}}} is not closed", begin.name));
        sections_[reason].broken = true;
        return false;
    }

    void check(const Tag& tag) {
        if (tag.kind == '?') {
            mistake(tag.from, "only {{value}}, {{#value}}, {{^value}}, {{/value}} and {{! comment }} can be used");
        } else if (tag.kind != '!' && !is_known(tag.name)) {
            mistake(tag.from, fmt::format("unknown value \"{}\" (known: {})", tag.name, fmt::join(known_, ", ")));
        }
    }

    void finish(const Tag& begin, const Tag& end, NoticeReason reason, std::size_t mistakes_before) {
        if (sections_.contains(reason)) {
            mistake(begin.from, fmt::format("a second section for {}", begin.name));
            return;
        }
        TemplateSection& section = sections_[reason];
        section.body = trim(text_.substr(begin.to, end.from - begin.to));
        if (section.body.find('\n') == std::string::npos) {
            mistake(begin.from, fmt::format("{} needs a subject line and a text below it", begin.name));
        }
        section.broken = mistakes_.size() > mistakes_before;
        std::tie(section.line, section.column) = place(begin.from);
    }

    [[nodiscard]] bool is_known(std::string_view name) const { return std::ranges::find(known_, name) != known_.end(); }

    std::string_view text_;
    const std::string& file_;
    const std::vector<std::string_view>& known_;
    std::vector<TemplateMistake>& mistakes_;
    std::map<NoticeReason, TemplateSection> sections_;
    bool stopped_ = false;
};

}  // namespace

std::map<NoticeReason, TemplateSection> read_sections(std::string_view text, const std::string& file,
                                                      const std::vector<std::string_view>& known,
                                                      std::vector<TemplateMistake>& mistakes) {
    return Reader(text, file, known, mistakes).read();
}

}  // namespace aw::notify

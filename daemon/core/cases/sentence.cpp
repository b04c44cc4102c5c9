#include "core/cases/sentence.hpp"

#include "core/cases/case_words.hpp"
#include "core/cases/notice_text.hpp"

namespace aw {
namespace {

// What is of no such enumeration is shown as it is.
template <class E>
std::string words_of(const Say& say, std::string_view value) {
    const auto known = parse_enum<E>(value);
    return std::string(known ? in_words(say.language(), *known) : value);
}

}  // namespace

const Sentence* find_sentence(std::span<const Sentence> list, std::string_view code) {
    for (const Sentence& one : list) {
        if (one.code == code) return &one;
    }
    return nullptr;
}

const std::string* find_input(const Decision& decision, std::string_view name) {
    for (const NamedValue& input : decision.inputs) {
        if (input.name == name) return &input.value;
    }
    return nullptr;
}

std::string value_words(const Say& say, const Calendar& calendar, As as, std::string_view value) {
    switch (as) {
        case As::signal:
            return words_of<SignalKind>(say, value);
        case As::severity:
            return words_of<Severity>(say, value);
        case As::state:
            return words_of<CaseState>(say, value);
        case As::complaint_state:
            return words_of<ComplaintState>(say, value);
        case As::role:
            return words_of<StaffRole>(say, value);
        case As::group_role:
            return words_of<GroupRole>(say, value);
        case As::outcome:
            return words_of<Outcome>(say, value);
        case As::task:
            if (parse_enum<TaskKind>(value)) return words_of<TaskKind>(say, value);
            return std::string(in_words(say.language(), parse_enum<MilestoneKind>(value).value_or(MilestoneKind{})));
        case As::action:
            return std::string(action_words(say.language(), value));
        case As::minute: {
            const auto at = parse_rfc3339(value);
            return at ? minute_text(calendar, *at) : std::string(value);
        }
        default:
            return std::string(value);
    }
}

std::optional<std::string> fill_in(const Say& say, const Calendar& calendar, const Sentence& sentence,
                                   const Decision& decision) {
    std::string text = say(sentence.zh, sentence.en);
    std::size_t from = 0;
    for (const Blank& blank : sentence.blanks) {
        if (blank.input.empty()) break;
        const std::string* value = find_input(decision, blank.input);
        if (value == nullptr && blank.input == "case_id") value = &decision.case_id.value;
        if (value == nullptr) return std::nullopt;
        const std::size_t at = text.find("{}", from);
        if (at == std::string::npos) break;
        const std::string words = value_words(say, calendar, blank.as, *value);
        text.replace(at, 2, words);
        from = at + words.size();
    }
    return text;
}

}  // namespace aw

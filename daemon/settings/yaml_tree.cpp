#include "settings/yaml_tree.hpp"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <sstream>

#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/parser.h>

namespace aw::settings {
namespace {

// Where each line begins; turns yaml-cpp's places (from 0, in bytes) into ours (from 1, in characters).
class Lines {
public:
    explicit Lines(std::string_view text) : text_(text) {
        starts_.push_back(0);
        for (std::size_t i = 0; i < text.size(); ++i) {
            if (text[i] == '\n') starts_.push_back(i + 1);
        }
    }

    // Places come nearly in order, so counting goes on where it stopped: one long line is read once, not once a value.
    [[nodiscard]] int column(int line, int column_bytes) {
        if (line < 0 || column_bytes < 0 || static_cast<std::size_t>(line) >= starts_.size()) return 1;
        const std::size_t begin = starts_[static_cast<std::size_t>(line)];
        const std::size_t end = std::min(begin + static_cast<std::size_t>(column_bytes), text_.size());
        if (begin != counted_from_ || end < counted_to_) {
            counted_from_ = begin;
            counted_to_ = begin;
            characters_ = 0;
        }
        for (; counted_to_ < end; ++counted_to_) {
            if ((static_cast<unsigned char>(text_[counted_to_]) & 0xC0U) != 0x80U) ++characters_;
        }
        return characters_ + 1;
    }

    [[nodiscard]] bool begins_with_tab(int line) const {
        if (line < 0 || static_cast<std::size_t>(line) >= starts_.size()) return false;
        const std::size_t begin = starts_[static_cast<std::size_t>(line)];
        const std::size_t first = text_.find_first_not_of(' ', begin);
        return first != std::string_view::npos && text_[first] == '\t';
    }

private:
    std::string_view text_;
    std::vector<std::size_t> starts_;
    std::size_t counted_from_ = 0;
    std::size_t counted_to_ = 0;
    int characters_ = 0;
};

// Length of the well-formed UTF-8 sequence at the start of `text`, 0 if there is none.
std::size_t utf8_length(std::string_view text) {
    const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
    const unsigned char first = byte(0);
    if (first < 0x80) return 1;
    const std::size_t length = first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : 2;
    if (first < 0xC2 || first > 0xF4 || text.size() < length) return 0;
    for (std::size_t i = 1; i < length; ++i) {
        if ((byte(i) & 0xC0U) != 0x80U) return 0;
    }
    const unsigned char second = byte(1);
    if (first == 0xE0 && second < 0xA0) return 0;  // overlong
    if (first == 0xED && second > 0x9F) return 0;  // surrogates
    if (first == 0xF0 && second < 0x90) return 0;  // overlong
    if (first == 0xF4 && second > 0x8F) return 0;  // beyond U+10FFFF
    return length;
}

// yaml-cpp replaces bad UTF-8 silently and takes the byte 4 for the end of the text.
std::optional<Mistake> check_bytes(const std::string& file, std::string_view text) {
    int line = 1;
    int column = 1;
    for (std::size_t i = 0; i < text.size();) {
        const std::size_t length = utf8_length(text.substr(i));
        if (length == 0) return Mistake{file, line, column, "not valid UTF-8 (save the file as UTF-8)"};
        const char c = text[i];
        const bool control = (c >= 0 && c < 0x20 && c != '\n' && c != '\r' && c != '\t') || c == 0x7F;
        if (control) return Mistake{file, line, column, "a control character (remove it)"};
        i += length;
        ++column;
        if (c == '\n') {
            ++line;
            column = 1;
        }
    }
    return std::nullopt;
}

struct Refused {
    YAML::Mark mark;
    std::string message;
};

class TreeBuilder final : public YAML::EventHandler {
public:
    explicit TreeBuilder(Lines& lines) : lines_(lines) {}

    [[nodiscard]] bool complete() const { return open_.empty() && root_.has_value(); }
    YamlNode take() { return std::move(*root_); }

    void OnDocumentStart(const YAML::Mark&) override {}
    void OnDocumentEnd() override {}
    void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override {
        refuse_anchor(mark, anchor);
        add(node(YamlNode::Kind::EMPTY, mark));
    }
    void OnAlias(const YAML::Mark& mark, YAML::anchor_t) override {
        throw Refused{mark, "aliases (*name) are not accepted (write the value out)"};
    }
    void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                  const std::string& value) override {
        refuse_anchor(mark, anchor);
        if (tag != "?" && tag != "!") refuse_tag(mark);
        YamlNode scalar = node(YamlNode::Kind::SCALAR, mark);
        scalar.text = value;
        scalar.quoted = tag == "!";
        add(std::move(scalar));
    }
    void OnSequenceStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                         YAML::EmitterStyle::value) override {
        open(YamlNode::Kind::LIST, mark, tag, anchor);
    }
    void OnSequenceEnd() override { close(); }
    void OnMapStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                    YAML::EmitterStyle::value) override {
        open(YamlNode::Kind::MAP, mark, tag, anchor);
    }
    void OnMapEnd() override { close(); }

private:
    static void refuse_anchor(const YAML::Mark& mark, YAML::anchor_t anchor) {
        if (anchor != 0) throw Refused{mark, "anchors (&name) are not accepted (write the value out)"};
    }
    static void refuse_tag(const YAML::Mark& mark) {
        throw Refused{mark, "tags (!name) are not accepted (remove the tag)"};
    }

    YamlNode node(YamlNode::Kind kind, const YAML::Mark& mark) {
        if (++nodes_ > kMaxNodes) throw Refused{mark, "more than " + std::to_string(kMaxNodes) + " values"};
        YamlNode made;
        made.kind = kind;
        made.line = mark.line + 1;
        made.column = lines_.column(mark.line, mark.column);
        return made;
    }

    void open(YamlNode::Kind kind, const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor) {
        refuse_anchor(mark, anchor);
        if (!tag.empty() && tag != "?") refuse_tag(mark);
        if (open_.size() >= kMaxDepth) {
            throw Refused{mark, "nested deeper than " + std::to_string(kMaxDepth) + " levels"};
        }
        open_.push_back(node(kind, mark));
    }

    void close() {
        YamlNode done = std::move(open_.back());
        open_.pop_back();
        add(std::move(done));
    }

    void add(YamlNode child) {
        if (open_.empty()) {
            root_ = std::move(child);
            return;
        }
        YamlNode& parent = open_.back();
        const bool is_key = parent.kind == YamlNode::Kind::MAP && parent.keys.size() == parent.items.size();
        (is_key ? parent.keys : parent.items).push_back(std::move(child));
    }

    Lines& lines_;
    std::vector<YamlNode> open_;
    std::optional<YamlNode> root_;
    std::size_t nodes_ = 0;
};

Mistake at(const std::string& file, Lines& lines, const YAML::Mark& mark, std::string message) {
    if (mark.is_null()) return {file, 0, 0, std::move(message)};
    return {file, mark.line + 1, lines.column(mark.line, mark.column), std::move(message)};
}

}  // namespace

const YamlNode* YamlNode::find(std::string_view key) const {
    for (std::size_t i = 0; i < keys.size(); ++i) {
        if (keys[i].kind == Kind::SCALAR && keys[i].text == key) return &items[i];
    }
    return nullptr;
}

std::optional<YamlNode> parse_yaml(const std::string& file, std::string_view text, std::vector<Mistake>& mistakes) {
    if (text.size() > kMaxFileBytes) {
        mistakes.push_back({file, 0, 0, "larger than " + std::to_string(kMaxFileBytes) + " bytes"});
        return std::nullopt;
    }
    if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
    if (auto bad = check_bytes(file, text)) {
        mistakes.push_back(std::move(*bad));
        return std::nullopt;
    }
    Lines lines(text);
    TreeBuilder builder(lines);
    try {
        std::istringstream in{std::string(text)};
        YAML::Parser parser(in);
        if (!parser.HandleNextDocument(builder) || !builder.complete()) {
            mistakes.push_back({file, 0, 0, "holds nothing"});
            return std::nullopt;
        }
        YamlNode root = builder.take();
        TreeBuilder second(lines);
        if (parser.HandleNextDocument(second)) {
            mistakes.push_back({file, 0, 0, "holds more than one YAML document (remove the '---' between them)"});
            return std::nullopt;
        }
        return root;
    } catch (const Refused& refused) {
        mistakes.push_back(at(file, lines, refused.mark, refused.message));
    } catch (const YAML::Exception& error) {
        const bool tab = lines.begins_with_tab(error.mark.line);
        mistakes.push_back(
            at(file, lines, error.mark, "bad YAML: " + error.msg + (tab ? " (a tab; indent with blanks)" : "")));
    }
    return std::nullopt;
}

Result<std::string> read_text_file(const std::string& path) {
    std::error_code error;
    if (std::filesystem::is_directory(path, error)) return fail_with("is a folder, not a file");
    errno = 0;
    std::ifstream in(path, std::ios::binary);
    if (!in) return fail_with(std::string("cannot be read: ") + std::strerror(errno != 0 ? errno : EIO));
    std::string text;
    std::string block(64 * 1024, '\0');
    while (in.read(block.data(), static_cast<std::streamsize>(block.size())) || in.gcount() > 0) {
        text.append(block.data(), static_cast<std::size_t>(in.gcount()));
        if (text.size() > kMaxFileBytes) {
            return fail_with("larger than " + std::to_string(kMaxFileBytes) + " bytes");
        }
    }
    return text;
}

}  // namespace aw::settings

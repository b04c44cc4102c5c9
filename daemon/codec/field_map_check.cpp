#include "codec/field_map_check.hpp"

#include <algorithm>
#include <set>

#include <fmt/format.h>

#include "codec/event_reader.hpp"
#include "codec/field_rule.hpp"
#include "codec/map_target.hpp"
#include "mapping/encoding.hpp"

namespace aw {
namespace {

namespace v1 = accountwatch::v1;
using codec::MapTarget;
using Takes = MapTarget::Takes;

class Check {
public:
    explicit Check(const FieldMap& map) : map_(map) {}

    std::vector<FieldMapProblem> run() {
        const auto shape = codec::payload_shape(map_.payload);
        if (!shape) {
            tell("payload", fmt::format("'{}' is no payload that can be sent", map_.payload), map_.payload,
                 codec::payload_names());
            return std::move(problems_);
        }
        for (std::size_t i = 0; i < map_.fields.size(); ++i) {
            const FieldMapRow& row = map_.fields[i];
            if (!row.field.empty()) check_row(row, fmt::format("fields[{}]", i), *shape);
        }
        if (!codec::valid_event_id(map_.id_prefix + "x")) {
            tell("event_id.prefix",
                 fmt::format("'{}': an id is printable ASCII of at most {} bytes", map_.id_prefix, codec::kMaxIdBytes));
        }
        if (!map_.encoding.empty()) {
            if (const auto opened = ToUtf8::open(map_.encoding); !opened) tell("encoding", opened.error().message);
        }
        check_required(*shape);
        return std::move(problems_);
    }

private:
    void tell(std::string path, std::string message, std::string given = {}, std::vector<std::string> known = {}) {
        problems_.push_back({std::move(path), std::move(message), std::move(given), std::move(known)});
    }

    void check_row(const FieldMapRow& row, const std::string& path, const codec::PayloadShape& shape) {
        const auto target = MapTarget::of(map_, row, shape);
        if (!target) {
            return tell(path + ".field", target.error().message, row.field, codec::map_field_names(map_.payload));
        }
        if (!seen_.insert(target->path()).second) tell(path + ".field", fmt::format("'{}' is filled twice", row.field));
        const Takes takes = target->takes();
        const bool timely = takes == Takes::instant || takes == Takes::day || takes == Takes::month;
        if (row.time && !timely) tell(path + ".time", fmt::format("'{}' is no time", row.field));
        if (row.factor && takes != Takes::whole) tell(path + ".factor", fmt::format("'{}' is no number", row.field));
        check_unit(row, path, *target);
        // On a scratch event each, for one value must not hide another.
        const auto check_ours = [&](const std::string& where, const std::string& text) {
            v1::Event scratch;
            if (auto refusal = target->set_ours(scratch, text)) {
                tell(path + where, fmt::format("does not fit '{}': {}", row.field, refusal->detail), text,
                     target->names());
            }
        };
        if (row.constant) check_ours(".constant", *row.constant);
        if (row.fallback) check_ours(".default", *row.fallback);
        if (row.otherwise) check_ours(".otherwise", *row.otherwise);
        for (const auto& [theirs, ours] : row.values) check_ours(".values/" + theirs, ours);
    }

    void check_unit(const FieldMapRow& row, const std::string& path, const MapTarget& target) {
        if (row.unit.empty()) {
            const bool guess = target.is_money() && row.from && !row.factor && row.values.empty();
            if (guess)
                tell(path, fmt::format("'{}' is an amount and needs its 'unit': fen, yuan or wan_yuan", row.field));
            return;
        }
        const MeasureUnit* unit = find_unit(row.unit);
        if (unit == nullptr) return;  // told by the reader
        const bool weight = unit->measures == MeasureUnit::Measures::weight;
        if (weight ? !target.is_weight() : !target.is_money()) {
            tell(path + ".unit", fmt::format("'{}' is a unit of {}, and '{}' is none", row.unit,
                                             weight ? "weight" : "money", row.field));
        }
    }

    [[nodiscard]] bool fills(const std::string& name) const {
        return std::ranges::any_of(map_.fields, [&](const FieldMapRow& row) {
            return row.field == name || row.field.starts_with(name + ".");
        });
    }

    void check_required(const codec::PayloadShape& shape) {
        std::vector<std::string> missing;
        for (const char* name : {"occurred_at", "source"}) {
            if (!fills(name)) missing.emplace_back(name);
        }
        // A touchpoint may be one of a unit instead, e.g. a forum.
        if (shape.needs_account && !fills("account_code") && !fills(map_.payload + ".unit_id")) {
            missing.emplace_back("account_code");
        }
        if (!shape.needs_account && fills("account_code")) {
            tell("payload",
                 fmt::format("a {} concerns no single account: 'account_code' must not be filled", map_.payload));
        }
        for (const std::string& name : shape.required) {
            if (!fills(map_.payload + "." + name)) missing.push_back(map_.payload + "." + name);
        }
        for (const std::string& name : missing)
            tell("fields", fmt::format("nothing fills '{}', which is required", name));
    }

    const FieldMap& map_;
    std::set<std::string> seen_;
    std::vector<FieldMapProblem> problems_;
};

}  // namespace

std::vector<FieldMapProblem> check_field_map(const FieldMap& map) { return Check(map).run(); }

}  // namespace aw

// The codec converts enumerations by number: core/model/enums.hpp and the .proto must agree on every name and number.
#include <fstream>
#include <map>
#include <regex>
#include <set>
#include <sstream>
#include <string>

#include <google/protobuf/descriptor.h>
#include <gtest/gtest.h>

#include "codec/records.hpp"
#include "core/model/enums.hpp"
#include "wire_files.hpp"

namespace aw {
namespace {

using Values = std::map<std::string, int>;           // "HIGH" -> 4
using Enumerations = std::map<std::string, Values>;  // "Severity" -> values

template <class E>
void add(const char* type, Enumerations& all) {
    int number = 0;
    for (const std::string_view value : EnumNames<E>::kList) all[type][std::string(value)] = number++;
}

Enumerations of_the_model() {
    Enumerations all;
    add<AccountOperation>("AccountOperation", all);
    add<Importance>("Importance", all);
    add<Settlement>("Settlement", all);
    add<Relationship>("Relationship", all);
    add<GeographicScope>("GeographicScope", all);
    add<PickupArea>("PickupArea", all);
    add<TouchChannel>("TouchChannel", all);
    add<TouchPurpose>("TouchPurpose", all);
    add<TouchFinding>("TouchFinding", all);
    add<PlanKind>("PlanKind", all);
    add<OpinionKind>("OpinionKind", all);
    add<UnitFigureKind>("UnitFigureKind", all);
    add<ReportStep>("ReportStep", all);
    add<ComplaintCategory>("ComplaintCategory", all);
    add<ComplaintSeverity>("ComplaintSeverity", all);
    add<ComplaintState>("ComplaintState", all);
    add<Satisfaction>("Satisfaction", all);
    add<CompetitorEvidence>("CompetitorEvidence", all);
    add<ContactRole>("ContactRole", all);
    add<ServiceStage>("ServiceStage", all);
    add<ConditionWindow>("ConditionWindow", all);
    add<StaffState>("StaffState", all);
    add<ContactLevel>("ContactLevel", all);
    add<Severity>("Severity", all);
    add<CaseClass>("CaseClass", all);
    add<SignalKind>("SignalKind", all);
    add<CaseState>("CaseState", all);
    add<Outcome>("Outcome", all);
    add<GroupRole>("GroupRole", all);
    add<MemberState>("MemberState", all);
    add<StaffRole>("StaffRole", all);
    add<MilestoneKind>("MilestoneKind", all);
    add<TaskKind>("TaskKind", all);
    add<TaskState>("TaskState", all);
    add<NoticeReason>("NoticeReason", all);
    add<DecisionKind>("DecisionKind", all);
    add<DecisionOutcome>("DecisionOutcome", all);
    add<RejectionCode>("RejectionCode", all);
    add<SuppressionCode>("SuppressionCode", all);
    add<DeadLetterReason>("DeadLetterReason", all);
    add<Language>("Language", all);
    add<WatchScope>("WatchScope", all);
    add<UnitType>("UnitType", all);
    add<ClockKind>("ClockKind", all);
    add<OfferApproval>("OfferApproval", all);
    add<ProductBreadth>("ProductBreadth", all);
    add<Measure>("Measure", all);
    add<WindowKind>("WindowKind", all);
    add<CadencePeriod>("CadencePeriod", all);
    add<Scope>("Scope", all);
    add<Reference>("Reference", all);
    add<ReceiptOutcome>("ReceiptOutcome", all);
    return all;
}

Enumerations of_the_proto() {
    Enumerations all;
    for (const auto* file : test::wire_files()) {
        EXPECT_EQ(file->enum_type_count(), 0) << "enumerations stand in a message, so that their names need no prefix";
        for (int i = 0; i < file->message_type_count(); ++i) {
            const auto& message = *file->message_type(i);
            for (int e = 0; e < message.enum_type_count(); ++e) {
                EXPECT_EQ(message.enum_type(e)->name(), "Value") << message.name();
                for (int v = 0; v < message.enum_type(e)->value_count(); ++v) {
                    const auto& value = *message.enum_type(e)->value(v);
                    all[message.name()][value.name()] = value.number();
                }
            }
        }
    }
    return all;
}

// Every AW_ENUM of the header, so that a new one cannot be forgotten in the list above.
std::set<std::string> declared_in(const std::string& header) {
    std::ifstream in(AW_SOURCE_DIR "/daemon/" + header);
    std::stringstream text;
    text << in.rdbuf();
    const std::string content = text.str();
    std::set<std::string> names;
    const std::regex declaration(R"(\nAW_ENUM\((\w+),)");
    for (std::sregex_iterator it(content.begin(), content.end(), declaration), end; it != end; ++it) {
        names.insert((*it)[1]);
    }
    return names;
}

TEST(EnumNames, ModelAndProtoAgree) {
    const Enumerations model = of_the_model();
    const Enumerations proto = of_the_proto();
    for (const auto& [type, values] : model) {
        const auto found = proto.find(type);
        ASSERT_NE(found, proto.end()) << type << " is missing in the .proto";
        EXPECT_EQ(values, found->second) << type;
    }
    for (const auto& [type, values] : proto) EXPECT_TRUE(model.contains(type)) << type << " is missing in the model";
}

TEST(EnumNames, NoneIsForgotten) {
    std::set<std::string> declared = declared_in("core/model/enums.hpp");
    EXPECT_GT(declared.size(), 40U);
    declared.merge(declared_in("codec/records.hpp"));
    std::set<std::string> compared;
    for (const auto& [type, values] : of_the_model()) compared.insert(type);
    EXPECT_EQ(declared, compared);
}

}  // namespace
}  // namespace aw

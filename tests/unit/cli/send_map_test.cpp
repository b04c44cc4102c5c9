// Files of another system into the embedded log, by a field map.
#include <map>

#include <gmock/gmock.h>

#include "codec/event_encoder.hpp"
#include "rig.hpp"

namespace aw::cli {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

const std::string kShipped = AW_SOURCE_DIR "/config/maps/parcels.yaml";
const std::string kHeader = "运单号,网点,客户编号,收寄时间,业务种类,件数,重量(kg),寄达区划,状态\n";

class SendMap : public ToolTest {
protected:
    // Every record of the log by its id, as JSON; how often it stands there goes to `copies`.
    std::map<std::string, std::string> log() {
        std::map<std::string, std::string> found;
        each_event([&](const eventlog::Record&, const Result<const Event*, Refusal>& event) {
            ASSERT_TRUE(event);
            ++copies[std::string((*event)->event_id)];
            const std::string json = encode_event(**event, Format::json);
            EXPECT_EQ(found.emplace((*event)->event_id, json).first->second, json) << "one id, two facts";
        });
        return found;
    }
    std::map<std::string, int> copies;
};

std::string parcel(const std::string& no, const std::string& at, const std::string& shipment) {
    return R"({"event_id":"parcels-)" + no + R"(","account_code":"37140000012001","occurred_at":")" + at +
           R"(","source":"parcels","shipment":)" + shipment + "}";
}

TEST_F(SendMap, TwiceTheSameFilesAndEachEventOnce) {
    const std::string csv =
        write("export.csv", kHeader + "P1,甲,37140000012001,2026-11-19 09:12:33,快递包裹,3,12.5,110000,已收寄\r\n" +
                                "P2,甲,37140000012001,2026-11-19 23:59:59,特快专递,,0.3,,已收寄\r\n" +
                                "P3,甲,37140000012001,2026-11-19 10:00:00,快递包裹,1,1,,作废\r\n" +
                                "P4,甲,37140000012001,2026-11-19 10:00:00,快递包裹,三,1,,已收寄\r\n" +
                                "P5,甲,3714000001200,2026-11-19 10:00:00,快递包裹,1,1,,已收寄\r\n" +
                                "P6,甲,37140000012001,11-19 10:00,快递包裹,1,1,,已收寄\r\n" +
                                "P7,甲,37140000012001,2026-11-19 10:00:00,航空,1,1,,已收寄\r\n");
    const std::string ndjson =
        write("export.ndjson",
              R"j({"运单号":"P8","客户编号":37140000012001,"收寄时间":"2026-11-19 10:00:00","业务种类":null,"件数":2,)j"
              R"j("重量(kg)":0.25,"寄达区划":"120000","状态":"已收寄","明细":[1,2]})j"
              "\n{\"运单号\":\n");
    for (int turn = 0; turn < 2; ++turn) {
        EXPECT_EQ(tool(with_config({"send", "--map", kShipped}, {csv, ndjson})), 1);
        EXPECT_EQ(out.str(), "3 events appended, 5 rejected, 1 left out\n");
        EXPECT_THAT(err.str(), HasSubstr(csv + ":5: WRONG_TYPE: 件数 (shipment.items): expected a whole number, got "));
        EXPECT_THAT(err.str(), HasSubstr(csv + ":6: BAD_CUSTOMER_CODE: 客户编号 (account_code): expected 14 digits"));
        EXPECT_THAT(err.str(), HasSubstr(csv + ":7: BAD_TIME: 收寄时间 (occurred_at): expected a time like %Y-"));
        EXPECT_THAT(err.str(), HasSubstr(csv + ":8: UNKNOWN_ENUM: 业务种类 (shipment.business_line): expected "));
        EXPECT_THAT(err.str(), HasSubstr(ndjson + ":2: UNDECODABLE: "));
    }
    const auto events = log();
    ASSERT_THAT(events, testing::SizeIs(3));
    EXPECT_EQ(events.at("parcels-P1"),
              parcel("P1", "2026-11-19T01:12:33Z",
                     R"({"business_line":"parcel","items":"3","weight_g":"12500","destination_region":"110000"})"));
    EXPECT_EQ(events.at("parcels-P2"),
              parcel("P2", "2026-11-19T15:59:59Z", R"({"business_line":"express","items":"1","weight_g":"300"})"));
    EXPECT_EQ(events.at("parcels-P8"),
              parcel("P8", "2026-11-19T02:00:00Z",
                     R"({"business_line":"express","items":"2","weight_g":"250","destination_region":"120000"})"));
    // The log holds both copies; an account counts each event once.
    EXPECT_THAT(copies,
                ElementsAre(std::pair("parcels-P1", 2), std::pair("parcels-P2", 2), std::pair("parcels-P8", 2)));
    ASSERT_EQ(tool(with_config({"explain", "37140000012", "-o", "json"})), 0) << err.str();
    EXPECT_THAT(out.str(), HasSubstr("\"items_28d\":\"6\""));
}

TEST_F(SendMap, AHeaderWithoutItsColumnsIsOneMistake) {
    const std::string csv = write("export.csv", "运单号,客户\nP1,37140000012001\n");
    EXPECT_EQ(tool(with_config({"send", "--map", kShipped, "-o", "json"}, {csv})), 1);
    EXPECT_EQ(out.str(), "{\"appended\":0,\"rejected\":1,\"left_out\":0}\n");
    EXPECT_THAT(err.str(), HasSubstr(csv + ":1: MISSING_FIELD: the map reads '客户编号', "));
    EXPECT_THAT(err.str(), HasSubstr("and the header has only 运单号, 客户\n"));
}

TEST_F(SendMap, HistoryToo) {
    const std::string csv =
        write("export.csv", kHeader + "P2,甲,37140000012001,2025-11-20 09:00:00,特快专递,2,1,,已收寄\n" +
                                "P1,甲,37140000012001,2025-11-19 09:00:00,特快专递,1,1,,已收寄\n");
    EXPECT_EQ(tool(with_config({"send", "--backfill", "--map", kShipped}, {csv})), 0) << err.str();
    EXPECT_EQ(out.str(), "2 events appended, 0 rejected, 0 left out\n");
    ASSERT_EQ(tool(with_config({"explain", "37140000012", "--at", "2025-11-20 12:00", "-o", "json"})), 0) << err.str();
    EXPECT_THAT(out.str(), HasSubstr("\"items_28d\":\"3\""));
    EXPECT_EQ(tool(with_config({"backtest", "--map", kShipped, "--out", path("result")}, {"--events", csv, csv})), 0)
        << err.str();
    EXPECT_THAT(read(path("result/summary.json")), HasSubstr("\"duplicates\":2"));
}

TEST_F(SendMap, CheckKnowsAMapAndAllItsMistakes) {
    EXPECT_EQ(tool({"check", kShipped}), 0) << err.str();
    EXPECT_EQ(out.str(), "1 file checked: 0 mistakes, 0 warnings\n");
    const std::string map = write("map.yaml",
                                  "payload: complaint\n"
                                  "event_id: {prefix: c-, from: [id]}\n"
                                  "fields:\n"
                                  "  - {field: account_code, from: code}\n"
                                  "  - {field: occured_at, from: at, time: epoch_s}\n"
                                  "  - {field: source, constant: crm}\n"
                                  "  - {field: complaint.complaint_id, from: id, unit: kg}\n"
                                  "  - {field: complaint.category, from: kind,\n"
                                  "     values: {lost: LOSS, broken: DAMAGED}}\n"
                                  "  - {field: complaint.claimed, from: claim}\n"
                                  "  - {field: complaint.media, from: media, tiem: epoch_s}\n");
    const std::vector<std::string> mistakes{
        ":4:3: nothing fills 'occurred_at', which is required\n",
        ":4:3: nothing fills 'complaint.demand', which is required\n",
        ":5:13: 'occured_at' is no field of complaint (did you mean 'occurred_at'?)\n",
        ":7:53: 'kg' is a unit of weight, and 'complaint.complaint_id' is none\n",
        ":9:35: does not fit 'complaint.category': expected a ComplaintCategory, got 'DAMAGED' (did you mean "
        "'DAMAGE'?)\n",
        ":10:5: 'complaint.claimed' is an amount and needs its 'unit': fen, yuan or wan_yuan\n",
        ":11:43: unknown key 'tiem' in 'fields' (did you mean 'time'?)\n"};
    EXPECT_EQ(tool({"check", map}), 1);
    std::string all;
    for (const std::string& mistake : mistakes) all += map + mistake;
    EXPECT_EQ(err.str(), all);
    // The same before anything is sent.
    EXPECT_EQ(tool(with_config({"send", "--map", map}, {"-"})), 78);
    EXPECT_EQ(err.str(), all);
    EXPECT_EQ(tool(with_config({"send", "--map", path("none.yaml")}, {"-"})), 78);
    EXPECT_THAT(err.str(), HasSubstr("none.yaml: "));
    EXPECT_EQ(tool(with_config({"send", "--map", AW_SOURCE_DIR "/config/organisation.yaml"}, {"-"})), 78);
    EXPECT_THAT(err.str(), HasSubstr("organisation.yaml:"));
}

// GBK with semicolons, as a spreadsheet on a Chinese or a German Windows writes it.
TEST_F(SendMap, ReadsOtherEncodingsAndSeparators) {
    const std::string map = write("gbk.yaml",
                                  "payload: shipment\ntime_zone: Asia/Shanghai\nencoding: gb18030\nseparator: semicolon\n"
                                  "event_id: {prefix: g-, from: [运单号]}\nfields:\n"
                                  "  - {field: account_code, from: 客户}\n"
                                  "  - {field: occurred_at, from: 时间, time: \"%Y-%m-%d %H:%M\"}\n"
                                  "  - {field: source, constant: gbk}\n"
                                  "  - {field: shipment.business_line, constant: express}\n"
                                  "  - {field: shipment.product, from: 备注}\n"
                                  "  - {field: shipment.items, from: 件数}\n");
    const std::string csv = write("export.csv",
                                  "\xd4\xcb\xb5\xa5\xba\xc5;\xbf\xcd\xbb\xa7;\xca\xb1\xbc\xe4;"
                                  "\xb1\xb8\xd7\xa2;\xbc\xfe\xca\xfd\n"
                                  "P1;37140000012001;2026-11-19 09:12;\"\xbc\xd3\xbc\xb1;\n\xb5\xb1\xc8\xd5\";3\r\n"
                                  "P2;\xff;2026-11-19 09:12;;3\n");
    EXPECT_EQ(tool(with_config({"send", "--map", map}, {csv})), 1);
    EXPECT_EQ(out.str(), "1 events appended, 1 rejected, 0 left out\n");
    EXPECT_THAT(err.str(), HasSubstr(csv + ":4: UNDECODABLE: byte 3 is not gb18030"));
    const auto events = log();
    ASSERT_THAT(events, testing::SizeIs(1));
    EXPECT_THAT(events.at("g-P1"), HasSubstr(R"("items":"3")"));
    EXPECT_THAT(events.at("g-P1"), HasSubstr(R"("product":"加急;\n当日")"));
}

}  // namespace
}  // namespace aw::cli

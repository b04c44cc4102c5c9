#include "bench/detection/real.hpp"

#include <algorithm>
#include <fstream>
#include <numeric>

#include <gtest/gtest.h>

#include "support/temporary_folder.hpp"
#include "unit/bench_detection/worlds.hpp"

namespace aw::bench {
namespace {

TEST(BenchRealData, TheExtractIsThereAndWhole) {
    std::string error;
    const auto data = read_real_data("", error);
    ASSERT_TRUE(data) << error;
    EXPECT_EQ(data->retail.portfolio.accounts, 60U);
    EXPECT_EQ(data->retail.portfolio.days, 374U);  // 2010-12-01 to 2011-12-09
    EXPECT_EQ(data->retail.portfolio.weekday(0), 2);
    for (std::size_t day = 3; day < 374; day += 7)  // the wholesaler is closed on Saturdays
        for (std::size_t account = 0; account < 60; ++account)
            ASSERT_EQ(data->retail.portfolio.series(account)[day], 0U) << day;
    const auto collapses = natural_collapses(*data);
    ASSERT_EQ(collapses.size(), 3U);
    for (const auto& collapse : collapses) {
        const auto series = data->shipments.portfolio.series(collapse.account);
        const auto at = series.begin() + collapse.onset;
        EXPECT_LE(std::accumulate(at, at + 120, 0U), 1U) << data->countries[collapse.account];
        EXPECT_GE(std::accumulate(at - 220, at, 0U), 4U) << data->countries[collapse.account];
    }
}

TEST(BenchRealData, ReadsTheOriginalsWithQuotedNames) {
    const test::TemporaryFolder folder;
    std::ofstream(folder.path() / "online_retail_daily.csv")
        << "day,account,invoices,cancelled_invoices,items,revenue_gbp\n"
           "2010-12-01,12431,1,0,25,358.25\n2010-12-03,12431,1,0,9999,1.0\n2010-12-03,12433,1,1,-4,-1.0\n";
    {
        std::ofstream out(folder.path() / "scms_shipments.csv");
        out << "delivered_on,recorded_on,account,shipment\n";
        for (int day = 10; day < 70; ++day)
            out << "2006-0" << 5 + day / 30 << '-' << 1 + day % 30 / 10 << day % 10 << ",2006-07-01,\"Congo, DRC\",A\n";
    }
    std::string error;
    const auto data = read_real_data(folder.path().string(), error);
    ASSERT_TRUE(data) << error;
    const Portfolio& retail = data->retail.portfolio;
    EXPECT_EQ(retail.days, 3U);
    EXPECT_EQ(retail.accounts, 5U);  // one customer in five dealings
    for (std::size_t account = 0; account < 5; ++account) {
        EXPECT_EQ(retail.series(account)[0], 2U);   // 25 items, 24 a parcel
        EXPECT_EQ(retail.series(account)[2], 20U);  // a pallet is at most 20; a return is no parcel
    }
    EXPECT_EQ(data->countries, std::vector<std::string>{"Congo,_DRC"});
    EXPECT_FALSE(read_real_data((folder.path() / "nothing").string(), error));
    EXPECT_NE(error.find("cannot read"), std::string::npos);
}

// The stand-in must find what is known: a weekly pattern, a common holiday, a step of the level, the dispersion.
TEST(BenchRealData, TheEstimatedTruthIsNearTheTruth) {
    World world = steady_world(40, 400, 20, 0.0, 41);
    Random random(42);
    for (std::size_t account = 0; account < 40; ++account) {
        for (std::size_t day = 0; day < 400; ++day) {
            double mean = world.portfolio.weekday(day) == 6 ? 5.0 : 20.0;
            if (day == 200) mean = 2.0;
            if (account == 7 && day >= 250) mean *= 0.4;
            world.truth.mean[account * 400 + day] = static_cast<float>(mean);
            world.portfolio.series(account)[day] = random.negative_binomial(mean, 0.1);
        }
    }
    const Truth estimate = estimated_truth(world.portfolio);
    EXPECT_NEAR(estimate.mean[3 * 400 + 100], world.truth.mean[3 * 400 + 100], 3.0);
    EXPECT_NEAR(estimate.mean[3 * 400 + 200], 2.0, 0.6);
    EXPECT_NEAR(estimate.mean[7 * 400 + 330], world.truth.mean[7 * 400 + 330], 2.0);
    double phi = 0;
    for (const float value : estimate.phi) phi += value / 40.0;
    EXPECT_NEAR(phi, 0.1, 0.03);
}

}  // namespace
}  // namespace aw::bench

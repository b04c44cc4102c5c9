// Exactly once, whatever breaks: a cluster of real processes and a real broker under load, everything that can be done
// to them, and at the end the topics against one undisturbed run of the same log.
//
//     chaos                         about two minutes, another seed each time
//     chaos --seed 7                the same blows again, in their order (the moment that each of them meets is the
//                                   machine's, and who is down already is passed over for the next)
//     chaos --kills 1000            until a thousand processes have been killed
//     chaos --instances 5           of five instead of three
#include <cstdlib>
#include <iostream>
#include <random>
#include <string>
#include <vector>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "chaos/storm.hpp"

namespace aw::test {
namespace {

StormOptions options;

TEST(Chaos, NothingLostNothingDoubledNothingDifferent) {
    std::cout << fmt::format("chaos --seed {} --seconds {} --kills {} --instances {}", options.seed,
                             options.lasts.count(), options.kills, options.instances)
              << std::endl;
    Storm storm(options);
    storm.load_history();
    storm.rage();
    storm.conclude();
    std::vector<std::string> missing = storm.never_done();
    if (storm.aborted() == 0) missing.emplace_back("work that was given up");
    // Whatever was held before its time is judged; in a slow storm nothing was.
    if (storm.digests() == 0) std::cout << "nothing was held back before the time of the digest" << std::endl;
    for (const std::string& what : missing) {
        const std::string text = fmt::format("no {} in {} s", what, options.lasts.count());
        if (options.lasts < kShortRun) {
            std::cout << text << ": that is too short for everything" << std::endl;
        } else {
            ADD_FAILURE() << text << ": this proved too little";
        }
    }
}

}  // namespace
}  // namespace aw::test

int main(int argc, char** argv) {
    testing::InitGoogleTest(&argc, argv);
    auto& options = aw::test::options;
    options.seed = std::random_device{}();
    for (int i = 1; i < argc; i += 2) {
        const std::string name = argv[i];
        const char* const value = i + 1 < argc ? argv[i + 1] : "";
        char* end = nullptr;
        const auto number = std::strtoull(value, &end, 10);
        const bool good = *value != '\0' && *end == '\0';
        if (good && name == "--seed") {
            options.seed = number;
        } else if (good && number > 0 && name == "--instances") {
            options.instances = static_cast<int>(number);
        } else if (good && name == "--kills") {
            options.kills = static_cast<int>(number);
        } else if (good && name == "--seconds") {
            options.lasts = std::chrono::seconds{number};
        } else {
            std::cerr << "usage: chaos [--seed N] [--seconds N] [--kills N] [--instances N]\n";
            return 2;
        }
    }
    return RUN_ALL_TESTS();
}

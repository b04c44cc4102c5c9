// accountwatchd: arguments -> settings -> Application::run -> exit code.
#include <iostream>

#include <CLI/CLI.hpp>

#include "app/application.hpp"
#include "app/config_checks.hpp"
#include "app/exit_codes.hpp"
#include "app/version.hpp"
#include "base/clock.hpp"
#include "settings/loader.hpp"

namespace {

constexpr auto kFooter = R"(Examples:
  accountwatchd --config /etc/accountwatch/accountwatch.yaml
  accountwatchd --config accountwatch.yaml --check-config
  accountwatchd --config accountwatch.yaml --set http.listen=127.0.0.1:0 --set log.embedded.path=/tmp/log.db

Exit codes: 0 fine, 2 wrong usage, 69 a service is not reachable, 74 storage failed, 75 start again, 78 bad configuration.
Signals: HUP reads policy, organisation and calendars again; TERM stops in order; a second TERM stops at once.)";

}  // namespace

int main(int argc, char** argv) {
    CLI::App cli{
        "Keeps watch over a courier's key accounts: notices when one slips away and holds everybody to the clock."};
    std::string config;
    std::vector<std::string> overrides;
    bool check = false;
    bool print = false;
    cli.add_option("--config", config, "Settings file (YAML)")->required();
    cli.add_option("--set", overrides, "KEY=VALUE: override one setting by its dotted path; repeatable")
        ->allow_extra_args(false);
    auto* check_flag = cli.add_flag("--check-config", check, "Check the settings and all files they name, then exit");
    cli.add_flag("--print-config", print, "Print the settings in force, defaults included, then exit")
        ->excludes(check_flag);
    cli.set_version_flag("--version", "accountwatchd " + std::string(aw::app::kVersion));
    cli.footer(kFooter);
    try {
        cli.parse(argc, argv);
    } catch (const CLI::ParseError& error) {
        return cli.exit(error) == 0 ? aw::app::kExitFine : aw::app::kExitUsage;
    }
    const aw::Day today{static_cast<std::int32_t>(aw::SystemClock{}.now().ms / 86'400'000)};
    auto outside = check ? aw::app::all_checks() : aw::app::outside_checks();
    if (!check) outside.templates = nullptr;  // a broken template costs its words, not the start
    aw::settings::Loaded loaded = aw::settings::load(config, overrides, today, outside);
    for (const auto& mistake : loaded.mistakes) std::cerr << to_text(mistake) << '\n';
    if (!loaded.ok()) return aw::app::kExitConfiguration;
    if (print) {
        std::cout << aw::settings::print_config(loaded);
        return aw::app::kExitFine;
    }
    if (check) {
        for (const auto& warning : loaded.warnings) std::cerr << to_text(warning) << '\n';
        std::cout << config << ": fine (revision " << loaded.rules->revision << ")\n";
        return aw::app::kExitFine;
    }
    return aw::app::Application(std::move(loaded), config, overrides).run();
}

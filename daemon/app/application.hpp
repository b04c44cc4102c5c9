// Application: the composition root of the daemon. Makes the roles that the settings name, runs them, stops them in
// order (daemon/README.md, "Shutdown").
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "settings/loader.hpp"

namespace aw::app {

class Application {
public:
    // `path` and `overrides` are read again at a reload.
    Application(settings::Loaded loaded, std::string path, std::vector<std::string> overrides);
    ~Application();

    // Until TERM, INT or a failure that needs a new start. Returns the exit code.
    [[nodiscard]] int run();

private:
    struct Parts;
    std::unique_ptr<Parts> parts_;
};

}  // namespace aw::app

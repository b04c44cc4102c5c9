// AW_CHECK: an invariant of the program. Broken means a bug, never bad input; aborts in release, too.
#pragma once

#include <cstdio>
#include <cstdlib>

namespace aw {

[[noreturn]] inline void check_failed(const char* expression, const char* file, int line) {
    std::fprintf(stderr, "%s:%d: broken invariant: %s\n", file, line, expression);
    std::abort();
}

}  // namespace aw

#define AW_CHECK(condition) \
    ((condition) ? static_cast<void>(0) : ::aw::check_failed(#condition, __FILE__, __LINE__))

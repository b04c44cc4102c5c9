// A visitor of a std::variant from lambdas, one for each kind.
#pragma once

namespace aw {

template <class... F>
struct Overloaded : F... {
    using F::operator()...;
};
template <class... F>
Overloaded(F...) -> Overloaded<F...>;  // clang 14 needs it said

}  // namespace aw

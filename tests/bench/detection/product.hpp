// The product's own detectors behind the bench's interface.
#pragma once

#include <memory>
#include <vector>

#include "bench/detection/detector.hpp"

namespace aw::bench {

[[nodiscard]] std::vector<std::unique_ptr<Detector>> product_detectors();

}  // namespace aw::bench

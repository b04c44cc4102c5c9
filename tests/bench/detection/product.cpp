#include "bench/detection/product.hpp"

namespace aw::bench {

std::vector<std::unique_ptr<Detector>> product_detectors() { return {}; }

}  // namespace aw::bench

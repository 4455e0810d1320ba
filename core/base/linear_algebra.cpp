#include "core/base/linear_algebra.hpp"

namespace taubar {

void fix_linear_algebra() { Eigen::setCpuCacheSizes(32 * 1024, 512 * 1024, 4 * 1024 * 1024); }

}  // namespace taubar

#pragma once

#include "liteship/plan.h"

namespace liteship {

/// What must be there before a release; no steps when everything is.
[[nodiscard]] Phase plan_prepare(const Config& config, const Secrets& secrets,
                                 const Request& request, const Facts& facts);

}  // namespace liteship

// SPDX-License-Identifier: Apache-2.0
// All sections of a production record, in the order of the pipeline.
#pragma once

#include "libsmos/records/cfo.hpp"
#include "libsmos/records/critic.hpp"
#include "libsmos/records/plan.hpp"
#include "libsmos/records/publish.hpp"
#include "libsmos/records/render.hpp"
#include "libsmos/records/scout.hpp"

#pragma once

#include "core/faults/catalogue.h"
#include "core/faults/predicates/hopview.h"
#include "core/model/diagnosis.h"

#include <vector>

namespace hopscope::diagnosis {

/// The catalogue writes its commands for docker, and with sudo. Here they become what is to be typed: podman is called
/// podman, and whoever may ask the engine without sudo does so.
void fitToContainers(std::vector<model::Remediation>& remedies, const faults::HopView& view);

/// The host's file that is mounted at this path of the caller's container; the path itself where the caller is in none;
/// empty where it lies inside the image.
std::string fileOnHost(const faults::HopView& view, const std::string& path);

}

#pragma once

#include "core/discovery/software.h"
#include "core/model/facts.h"

#include <string>

namespace hopscope::discovery {

/// What runs in a container: by its processes, its command, then its image.
Software softwareOf(const model::Container& container, const model::HostFacts& host);

/// The host's folder that its working directory is mounted from; empty where that lies inside the image.
std::string hostFolderOf(const model::Container& container);

/// The one running container that listens on (or else names) this port inside without publishing it.
const model::Container* unpublishedOwner(const model::HostFacts& host, base::Port port);

}

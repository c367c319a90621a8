#pragma once

#include "core/discovery/discover.h"

#include <vector>

namespace hopscope::discovery::apache {

/// Whether this text looks like a part of Apache's configuration.
bool isApacheText(const std::string& text);

/// The files as one configuration: apache2.conf or httpd.conf with what it includes, else all files together.
model::SoftwareConfig offlineConfig(const std::vector<OfflineFile>& files, std::vector<model::ConfigWarning>& warnings);

}

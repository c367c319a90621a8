#include "core/discovery/kubernetes/names.h"

#include <algorithm>
#include <cctype>

namespace hopscope::discovery::kubernetes {


std::string named(const model::cluster::Meta& meta) { return meta.space.empty() ? meta.name : meta.space + "/" + meta.name; }

}

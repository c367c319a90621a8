#include "core/discovery/kubernetes/names.h"

#include <algorithm>
#include <cctype>

namespace hopscope::discovery::kubernetes {

std::string lower(std::string text)
{
    std::transform(text.begin(), text.end(), text.begin(),
        [](unsigned char each) { return static_cast<char>(std::tolower(each)); });
    return text;
}

std::string named(const model::cluster::Meta& meta) { return meta.space.empty() ? meta.name : meta.space + "/" + meta.name; }

}

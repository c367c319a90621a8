#include "core/discovery/nginx/expansion.h"

#include <algorithm>

namespace hopscope::discovery::nginx {

namespace {
constexpr std::size_t maximumValues = 64;
constexpr std::size_t maximumLength = 16 * 1024;
}

void Expansion::add(const std::string& value)
{
    if (values.size() < maximumValues && std::find(values.begin(), values.end(), value) == values.end())
        values.push_back(value);
}

void Expansion::append(const Expansion& other)
{
    certainty = std::max(certainty, other.certainty);
    if (values.empty() || other.values.empty()) {
        values.clear();
        certainty = Certainty::Unknown;
        return;
    }
    if (other.values.size() == 1) {
        for (std::string& value : values)
            if (value.size() + other.values.front().size() <= maximumLength)
                value += other.values.front();
        return;
    }
    Expansion product { {}, certainty };
    for (const std::string& right : other.values)
        for (const std::string& left : values)
            if (left.size() + right.size() <= maximumLength)
                product.add(left + right);
    *this = std::move(product);
}

}

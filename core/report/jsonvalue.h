#pragma once

#include "core/model/diagnosis.h"

#include <nlohmann/json.hpp>

#include <optional>
#include <string>

namespace hopscope::report {

/// Keys stay in the order they are set in, so that two documents compare line by line.
using Json = nlohmann::ordered_json;

Json jsonOf(const model::Topology& topology);
Json jsonOf(const model::Finding& finding);
Json jsonOf(const model::Remediation& remediation);
Json jsonOf(const model::HostReport& host);

/// Rounded to a thousandth: more digits are noise. Null where empty or not a number.
Json numberOrNull(std::optional<double> value);

template <class Range> Json listOf(const Range& values)
{
    Json list = Json::array();
    for (const auto& value : values)
        list.push_back(jsonOf(value));
    return list;
}

}

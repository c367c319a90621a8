#pragma once

#include "core/history/recordjson.h"

#include <optional>

namespace hopscope::history {

// The small change of recordjson: single values to JSON and back.

Json bytesJson(const std::string& bytes);
std::string bytesOf(const Json& object, const char* key);

Json listJson(const std::vector<std::string>& list);
std::vector<std::string> listOf(const Json& object, const char* key);

Json momentJson(base::TimePoint moment);
base::TimePoint momentOf(const Json& object, const char* key);
base::Milliseconds durationOf(const Json& object, const char* key);
/// Outside the years 1 to 9999 no calendar works, so no such value comes in.
base::TimePoint momentFrom(long long milliseconds);
base::Milliseconds durationFrom(long long milliseconds);

Json errorJson(const base::Error& error);
base::Error errorOf(const Json& json);

model::AttemptResult attemptOf(const Json& object, const char* key);

const Json& member(const Json& object, const char* key);
long long integerOf(const Json& object, const char* key);
double numberOf(const Json& object, const char* key);
bool flagOf(const Json& object, const char* key);
std::optional<double> optionalNumberOf(const Json& object, const char* key);

template <class Number> Json optionalJson(const std::optional<Number>& number) { return number ? Json(*number) : Json(); }

template <class Value, class Reader> std::vector<Value> valuesOf(const Json& object, const char* key, Reader read)
{
    const Json& list = member(object, key);
    if (!list.is_array())
        throw BadRecord { key };
    std::vector<Value> values;
    for (const Json& each : list)
        values.push_back(read(each));
    return values;
}

}

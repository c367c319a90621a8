#include "core/history/recordvalue.h"

#include <QtCore/QByteArray>
#include <QtCore/QUtf8StringView>

namespace hopscope::history {

const Json& member(const Json& object, const char* key)
{
    const auto at = object.find(key);
    if (!object.is_object() || at == object.end())
        throw BadRecord { key };
    return *at;
}

Json bytesJson(const std::string& bytes)
{
    if (QUtf8StringView(bytes.data(), qsizetype(bytes.size())).isValidUtf8())
        return bytes;
    return { { "base64", QByteArray(bytes.data(), qsizetype(bytes.size())).toBase64().toStdString() } };
}

namespace {

    std::string bytesIn(const Json& json, const char* key)
    {
        if (json.is_string())
            return json.get<std::string>();
        const Json& encoded = member(json, "base64");
        if (!encoded.is_string())
            throw BadRecord { key };
        const auto decoded = QByteArray::fromBase64Encoding(
            QByteArray::fromStdString(encoded.get<std::string>()), QByteArray::AbortOnBase64DecodingErrors);
        if (decoded.decodingStatus != QByteArray::Base64DecodingStatus::Ok)
            throw BadRecord { key };
        return decoded.decoded.toStdString();
    }

}

std::string bytesOf(const Json& object, const char* key) { return bytesIn(member(object, key), key); }

Json listJson(const std::vector<std::string>& list)
{
    Json json = Json::array();
    for (const std::string& each : list)
        json.push_back(bytesJson(each));
    return json;
}

std::vector<std::string> listOf(const Json& object, const char* key)
{
    return valuesOf<std::string>(object, key, [key](const Json& each) { return bytesIn(each, key); });
}

Json momentJson(base::TimePoint moment) { return moment.time_since_epoch().count(); }

base::TimePoint momentFrom(long long milliseconds)
{
    if (milliseconds < -62135596800000LL || milliseconds > 253402300799999LL)
        throw BadRecord { "time" };
    return base::TimePoint(base::Milliseconds(milliseconds));
}

base::Milliseconds durationFrom(long long milliseconds)
{
    constexpr long long century = 3155760000000LL;
    if (milliseconds < -century || milliseconds > century)
        throw BadRecord { "duration" };
    return base::Milliseconds(milliseconds);
}

base::TimePoint momentOf(const Json& object, const char* key) { return momentFrom(integerOf(object, key)); }

base::Milliseconds durationOf(const Json& object, const char* key) { return durationFrom(integerOf(object, key)); }

long long integerOf(const Json& object, const char* key)
{
    const Json& json = member(object, key);
    if (!json.is_number_integer())
        throw BadRecord { key };
    return json.get<long long>();
}

double numberOf(const Json& object, const char* key)
{
    const Json& json = member(object, key);
    if (!json.is_number())
        throw BadRecord { key };
    return json.get<double>();
}

bool flagOf(const Json& object, const char* key)
{
    const Json& json = member(object, key);
    if (!json.is_boolean())
        throw BadRecord { key };
    return json.get<bool>();
}

std::optional<double> optionalNumberOf(const Json& object, const char* key)
{
    return member(object, key).is_null() ? std::nullopt : std::optional(numberOf(object, key));
}

Json errorJson(const base::Error& error)
{
    return { { "code", base::id(error.code) }, { "operation", bytesJson(error.operation) }, { "subject", bytesJson(error.subject) },
        { "detail", bytesJson(error.detail) }, { "advice", bytesJson(error.advice) } };
}

base::Error errorOf(const Json& json)
{
    const std::string wanted = bytesOf(json, "code");
    for (int number = 0; std::string_view(base::id(base::ErrorCode(number))) != "unknown"; ++number)
        if (wanted == base::id(base::ErrorCode(number)))
            return { base::ErrorCode(number), bytesOf(json, "operation"), bytesOf(json, "subject"), bytesOf(json, "detail"),
                bytesOf(json, "advice") };
    throw BadRecord { "code" };
}

model::AttemptResult attemptOf(const Json& object, const char* key)
{
    const std::string wanted = bytesOf(object, key);
    for (int number = 0; std::string_view(model::id(model::AttemptResult(number))) != "unknown"; ++number)
        if (wanted == model::id(model::AttemptResult(number)))
            return model::AttemptResult(number);
    throw BadRecord { key };
}

}

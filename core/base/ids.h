#pragma once

#include <compare>
#include <cstdint>
#include <functional>
#include <string>
#include <utility>

namespace hopscope::base {

/// A string that is of one meaning only: a HostId is no NodeId.
template <class Tag> class Id {
public:
    Id() = default;
    explicit Id(std::string value) : m_value(std::move(value)) { }

    const std::string& value() const { return m_value; }
    bool isEmpty() const { return m_value.empty(); }

    auto operator<=>(const Id&) const = default;

private:
    std::string m_value;
};

using HostId = Id<struct HostTag>;   ///< the profile's name for a host
using NodeId = Id<struct NodeTag>;   ///< "edge/nginx:443"
using HopId = Id<struct HopTag>;     ///< "edge/nginx:443>app1/node:3000"
using CheckId = Id<struct CheckTag>; ///< "nginx-config", "hop-tcp"

using Port = std::uint16_t;

}

template <class Tag> struct std::hash<hopscope::base::Id<Tag>> {
    std::size_t operator()(const hopscope::base::Id<Tag>& id) const
    {
        return std::hash<std::string>()(id.value());
    }
};

#include "core/faults/predicates/addresses.h"

namespace hopscope::faults {

bool accepts(const model::Listener& listener, std::string_view address)
{
    if (listener.kind != model::SocketKind::Tcp)
        return false;
    if (listener.address == "*" || listener.address.empty())
        return true;
    if (!isWildcard(listener.address))
        return isSameAddress(listener.address, address == "localhost" ? "127.0.0.1" : address);
    const auto wanted = familyOf(address);
    return !wanted || familyOf(listener.address) == wanted;
}

}

#include "core/discovery/discover.h"

#include "core/discovery/chain.h"
#include "core/discovery/entry.h"
#include "core/discovery/fleet.h"
#include "core/discovery/hoporder.h"

namespace hopscope::discovery {

Discovered discover(const model::Profile& profile, const model::Facts& facts)
{
    const base::Result<Request> request = requestFor(profile.url);
    if (!request) {
        Discovered nothing;
        nothing.warnings.push_back({ {}, request.error().text() });
        return nothing;
    }
    const Fleet fleet(profile, facts);
    Chain chain(fleet);
    chain.start(*request, findEntry(fleet, *request));
    Discovered found = chain.take();
    putOuterFirst(found.topology.hops);
    return found;
}

}

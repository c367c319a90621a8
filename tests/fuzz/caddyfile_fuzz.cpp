#include "tests/fuzz/proxyrun.h"

#include <cstddef>
#include <cstdint>

/// The bytes as a Caddyfile, and as Caddy's JSON.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    const std::string text(reinterpret_cast<const char*>(data), size);
    hopscope::fuzz::runProxy("caddy", "Caddyfile", text);
    hopscope::fuzz::runProxy("caddy", "caddy.json", text);
    return 0;
}

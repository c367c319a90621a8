#include "tests/fuzz/proxyrun.h"

#include <cstddef>
#include <cstdint>

/// The bytes as a bootstrap file, and as the admin interface's answer.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    const std::string text(reinterpret_cast<const char*>(data), size);
    for (const char* path : { "envoy.yaml", "envoy.json", "admin /config_dump?include_eds" })
        hopscope::fuzz::runProxy("envoy", path, text);
    return 0;
}

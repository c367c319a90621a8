#include "tests/fuzz/proxyrun.h"

#include <cstddef>
#include <cstdint>

/// The bytes as a file of Traefik's in YAML and TOML, and as its API's answer.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    const std::string text(reinterpret_cast<const char*>(data), size);
    for (const char* path : { "traefik.yml", "traefik.toml", "api /api/rawdata", "command line" })
        hopscope::fuzz::runProxy("traefik", path, text);
    return 0;
}

#include "core/faults/catalogue.h"

#include <gmock/gmock.h>

namespace hopscope::faults {
namespace {

std::shared_ptr<const Catalogue> builtIn()
{
    auto catalogue = Catalogue::loadBuiltIn();
    EXPECT_TRUE(catalogue) << (catalogue ? "" : catalogue.error().text());
    return catalogue.value_or(nullptr);
}

TEST(Catalogue, ReadsRefusedConnectOfNginx)
{
    const auto catalogue = builtIn();
    const LineReading reading = catalogue->read(
        R"(2026/11/21 09:30:00 [error] 812#812: *56 connect() failed (111: Connection refused) while connecting to upstream, client: 203.0.113.9, server: shop.example, request: "GET / HTTP/1.1", upstream: "http://10.1.0.3:3000/", host: "shop.example")");
    EXPECT_EQ(reading.component, "nginx");
    EXPECT_EQ(reading.variant, "connection-refused");
    EXPECT_EQ(reading.cause, std::nullopt);
    EXPECT_EQ(reading.role, Role::UpstreamApp);
    EXPECT_EQ(reading.captures.at("address"), "10.1.0.3");
    EXPECT_EQ(reading.captures.at("port"), "3000");
}

}
}

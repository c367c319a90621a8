#include "core/parse/front.h"

#include <gmock/gmock.h>

namespace hopscope::parse {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

model::OutsideView view(std::vector<model::HttpHeader> headers, std::vector<std::string> names = {}, std::string body = {})
{
    model::OutsideView outside;
    outside.http.headers = std::move(headers);
    outside.dns.canonicalNames = std::move(names);
    outside.http.body = std::move(body);
    return outside;
}

TEST(Front, IsNamedByItsOwnSigns)
{
    const std::vector<std::pair<model::OutsideView, std::string>> seen {
        { view({ { "Server", "cloudflare" }, { "CF-RAY", "8f1a2b3c4d5e6f70-FRA" } }), "cloudflare" },
        { view({ { "Via", "1.1 abc.cloudfront.net (CloudFront)" }, { "X-Amz-Cf-Id", "x" }, { "X-Cache", "Error from cloudfront" } }), "cloudfront" },
        { view({ { "Server", "awselb/2.0" } }), "aws-alb" },
        { view({}, { "shop-123.eu-west-1.elb.amazonaws.com." }), "aws-alb" },
        { view({ { "Set-Cookie", "AWSALB=x; Path=/" }, { "Server", "nginx" } }), "aws-alb" },
        { view({ { "Via", "1.1 vegur" } }), "heroku" },
        { view({}, {}, "<iframe src=\"//www.herokucdn.com/error-pages/application-error.html\"></iframe>"), "heroku" },
        { view({ { "fly-request-id", "01H" }, { "server", "Fly/abc" } }), "fly" },
        { view({ { "x-vercel-id", "fra1::x" } }), "vercel" },
        { view({ { "X-Served-By", "cache-fra-etou8220052-FRA" }, { "X-Cache", "MISS" } }), "fastly" },
        { view({ { "Via", "1.1 google" } }), "gcp-load-balancer" },
    };
    for (const auto& [outside, software] : seen) {
        const model::Front front = frontOf(outside);
        EXPECT_EQ(front.software, software);
        EXPECT_TRUE(front.isCertain) << software;
        EXPECT_FALSE(front.signs.empty());
    }
}

TEST(Front, IsTheOutermostOfTwo)
{
    EXPECT_EQ(frontOf(view({ { "Set-Cookie", "AWSALB=x" }, { "CF-Ray", "1-FRA" } })).software, "cloudflare");
    EXPECT_THAT(frontOf(view({ { "CF-Ray", "1-FRA" }, { "Set-Cookie", "AWSALB=x" } })).signs, ElementsAre("CF-Ray: 1-FRA"));
}

TEST(Front, IsNotCertainByWhatOurOwnProxiesSend)
{
    EXPECT_FALSE(frontOf(view({ { "Via", "1.1 varnish" } })).isCertain);
    EXPECT_FALSE(frontOf(view({ { "X-Cache", "HIT" } })).isCertain);
    EXPECT_FALSE(frontOf(view({ { "X-Served-By", "app1" } })).isCertain);
    EXPECT_EQ(frontOf(view({ { "Server", "nginx/1.22.1" } })).software, "");
    EXPECT_THAT(frontOf({}).signs, IsEmpty());
}

TEST(Cloud, IsNamedByTheFirmware)
{
    EXPECT_EQ(cloudOf("Amazon EC2", "t3.micro"), "aws");
    EXPECT_EQ(cloudOf("Google", "Google Compute Engine"), "gcp");
    EXPECT_EQ(cloudOf("Microsoft Corporation", "Virtual Machine"), "azure");
    EXPECT_EQ(cloudOf("Hetzner", "vServer"), "hetzner");
    EXPECT_EQ(cloudOf("QEMU", "Standard PC (i440FX + PIIX, 1996)"), "");
}

}
}

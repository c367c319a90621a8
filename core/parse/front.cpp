#include "core/parse/front.h"

#include "core/base/text.h"

#include <algorithm>
#include <array>
#include <cctype>

namespace hopscope::parse {

namespace {

struct Sign {
    enum class Where { Name, Header, Body };
    Where where;
    std::string_view what;  ///< a name's ending; a header's name, in lower case; words of the body
    std::string_view value; ///< what a header's value begins with, in lower case; empty: anything
    std::string_view software;
    std::string_view name;
    bool isCertain = true;
};

/// The most telling first: where two speak, the outermost one is meant (a CDN before the balancer behind it).
constexpr auto signs = std::to_array<Sign>({
    { Sign::Where::Header, "cf-ray", "", "cloudflare", "Cloudflare" },
    { Sign::Where::Header, "server", "cloudflare", "cloudflare", "Cloudflare" },
    { Sign::Where::Name, ".cdn.cloudflare.net", "", "cloudflare", "Cloudflare" },
    { Sign::Where::Header, "x-amz-cf-id", "", "cloudfront", "Amazon CloudFront" },
    { Sign::Where::Header, "x-amz-cf-pop", "", "cloudfront", "Amazon CloudFront" },
    { Sign::Where::Header, "server", "cloudfront", "cloudfront", "Amazon CloudFront" },
    { Sign::Where::Name, ".cloudfront.net", "", "cloudfront", "Amazon CloudFront" },
    { Sign::Where::Header, "x-fastly-request-id", "", "fastly", "Fastly" },
    { Sign::Where::Header, "x-served-by", "cache-", "fastly", "Fastly" },
    { Sign::Where::Name, ".fastly.net", "", "fastly", "Fastly" },
    { Sign::Where::Name, ".fastlylb.net", "", "fastly", "Fastly" },
    { Sign::Where::Header, "server", "akamaighost", "akamai", "Akamai" },
    { Sign::Where::Header, "x-akamai-transformed", "", "akamai", "Akamai" },
    { Sign::Where::Header, "akamai-grn", "", "akamai", "Akamai" },
    { Sign::Where::Name, ".edgekey.net", "", "akamai", "Akamai" },
    { Sign::Where::Name, ".edgesuite.net", "", "akamai", "Akamai" },
    { Sign::Where::Name, ".akamaiedge.net", "", "akamai", "Akamai" },
    { Sign::Where::Header, "x-azure-ref", "", "azure-front-door", "Azure Front Door" },
    { Sign::Where::Name, ".azurefd.net", "", "azure-front-door", "Azure Front Door" },
    { Sign::Where::Name, ".azureedge.net", "", "azure-front-door", "Azure CDN" },
    { Sign::Where::Header, "server", "microsoft-azure-application-gateway", "azure-application-gateway", "Azure Application Gateway" },
    { Sign::Where::Name, ".trafficmanager.net", "", "azure-traffic-manager", "Azure Traffic Manager" },
    { Sign::Where::Name, ".azurewebsites.net", "", "azure-app-service", "Azure App Service" },
    { Sign::Where::Header, "server", "bunnycdn", "bunny", "bunny.net" },
    { Sign::Where::Name, ".b-cdn.net", "", "bunny", "bunny.net" },
    { Sign::Where::Header, "x-iinfo", "", "imperva", "Imperva" },
    { Sign::Where::Name, ".impervadns.net", "", "imperva", "Imperva" },
    { Sign::Where::Header, "x-sucuri-id", "", "sucuri", "Sucuri" },
    { Sign::Where::Header, "x-vercel-id", "", "vercel", "Vercel" },
    { Sign::Where::Header, "server", "vercel", "vercel", "Vercel" },
    { Sign::Where::Name, ".vercel-dns.com", "", "vercel", "Vercel" },
    { Sign::Where::Header, "x-nf-request-id", "", "netlify", "Netlify" },
    { Sign::Where::Header, "server", "netlify", "netlify", "Netlify" },
    { Sign::Where::Name, ".netlify.app", "", "netlify", "Netlify" },
    { Sign::Where::Header, "fly-request-id", "", "fly", "Fly.io" },
    { Sign::Where::Header, "server", "fly/", "fly", "Fly.io" },
    { Sign::Where::Name, ".fly.dev", "", "fly", "Fly.io" },
    { Sign::Where::Header, "rndr-id", "", "render", "Render" },
    { Sign::Where::Header, "x-render-origin-server", "", "render", "Render" },
    { Sign::Where::Name, ".onrender.com", "", "render", "Render" },
    { Sign::Where::Header, "x-railway-request-id", "", "railway", "Railway" },
    { Sign::Where::Header, "server", "railway", "railway", "Railway" },
    { Sign::Where::Header, "via", "1.1 vegur", "heroku", "Heroku" },
    { Sign::Where::Header, "via", "2.0 heroku-router", "heroku", "Heroku" },
    { Sign::Where::Header, "via", "1.1 heroku-router", "heroku", "Heroku" },
    { Sign::Where::Header, "server", "heroku", "heroku", "Heroku" },
    { Sign::Where::Name, ".herokudns.com", "", "heroku", "Heroku" },
    { Sign::Where::Name, ".herokuapp.com", "", "heroku", "Heroku" },
    { Sign::Where::Body, "herokucdn.com/error-pages", "", "heroku", "Heroku" },
    { Sign::Where::Header, "server", "awselb/2.0", "aws-alb", "an AWS load balancer" },
    { Sign::Where::Header, "server", "awselb", "aws-alb", "an AWS load balancer" },
    { Sign::Where::Header, "set-cookie", "awsalb", "aws-alb", "an AWS load balancer" },
    { Sign::Where::Header, "set-cookie", "awselb", "aws-alb", "an AWS load balancer" },
    { Sign::Where::Name, ".elb.amazonaws.com", "", "aws-alb", "an AWS load balancer" },
    { Sign::Where::Name, ".awsglobalaccelerator.com", "", "aws-global-accelerator", "AWS Global Accelerator" },
    { Sign::Where::Header, "apigw-requestid", "", "aws-api-gateway", "Amazon API Gateway" },
    { Sign::Where::Header, "x-amz-apigw-id", "", "aws-api-gateway", "Amazon API Gateway" },
    { Sign::Where::Name, ".elasticbeanstalk.com", "", "aws-elastic-beanstalk", "AWS Elastic Beanstalk" },
    { Sign::Where::Header, "via", "1.1 google", "gcp-load-balancer", "a Google Cloud load balancer" },
    { Sign::Where::Header, "server", "google frontend", "google-frontend", "Google's front end" },
    { Sign::Where::Name, ".ghs.googlehosted.com", "", "google-frontend", "Google's front end" },
    { Sign::Where::Name, ".ondigitalocean.app", "", "digitalocean-app", "DigitalOcean App Platform" },
    { Sign::Where::Header, "x-do-app-origin", "", "digitalocean-app", "DigitalOcean App Platform" },
    { Sign::Where::Header, "server", "keycdn", "keycdn", "KeyCDN" },
    // Squid, Varnish and others on hosts of ours send these too.
    { Sign::Where::Header, "via", "", "unknown", "a proxy or CDN", false },
    { Sign::Where::Header, "x-cache", "", "unknown", "a proxy or CDN", false },
});

std::optional<std::string> seen(const Sign& sign, const model::OutsideView& outside)
{
    switch (sign.where) {
    case Sign::Where::Name:
        for (const std::string& each : outside.dns.canonicalNames) {
            std::string name = base::lowered(each);
            while (name.ends_with('.'))
                name.pop_back();
            if (name.ends_with(sign.what))
                return "DNS leads to " + name;
        }
        return {};
    case Sign::Where::Header:
        for (const model::HttpHeader& header : outside.http.headers)
            if (base::lowered(header.name) == sign.what && base::lowered(header.value).starts_with(sign.value))
                return header.name + ": " + header.value.substr(0, 120);
        return {};
    case Sign::Where::Body:
        if (outside.http.body.find(sign.what) != std::string::npos)
            return "the page names " + std::string(sign.what);
        return {};
    }
    return {};
}
}

model::Front frontOf(const model::OutsideView& outside)
{
    constexpr std::size_t mostSigns = 6;
    model::Front front;
    for (const Sign& sign : signs) {
        if (!front.software.empty() && (sign.software != front.software || front.signs.size() >= mostSigns))
            continue;
        const std::optional<std::string> found = seen(sign, outside);
        if (!found)
            continue;
        front.software = sign.software;
        front.name = sign.name;
        front.isCertain = front.isCertain || sign.isCertain;
        front.signs.push_back(*found);
    }
    return front;
}

std::string cloudOf(std::string_view vendor, std::string_view product)
{
    const std::string text = base::lowered(vendor) + " " + base::lowered(product);
    struct Cloud {
        std::string_view word;
        std::string_view id;
    };
    constexpr auto clouds = std::to_array<Cloud>({ { "amazon ec2", "aws" }, { "google", "gcp" }, { "microsoft corporation virtual machine", "azure" },
        { "digitalocean", "digitalocean" }, { "hetzner", "hetzner" }, { "vultr", "vultr" }, { "linode", "linode" }, { "akamai", "linode" },
        { "scaleway", "scaleway" }, { "openstack", "openstack" }, { "oracle", "oracle" }, { "alibaba", "alibaba" }, { "upcloud", "upcloud" } });
    for (const Cloud& each : clouds)
        if (text.find(each.word) != std::string::npos)
            return std::string(each.id);
    return {};
}

}

#include "core/discovery/discover.h"
#include "core/discovery/offline.h"
#include "tests/core/discovery/found.h"

#include <gmock/gmock.h>

namespace hopscope::discovery {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::UnorderedElementsAre;

std::vector<std::string> warningTexts(const Discovered& found)
{
    std::vector<std::string> messages;
    for (const model::ConfigWarning& each : found.warnings)
        messages.push_back(each.message);
    return messages;
}

TEST(ComposeOffline, FollowsProxyAppAndDatabase)
{
    const Discovered found = discoverOffline({ { "shop/docker-compose.yml", R"yaml(services:
  proxy:
    image: nginx:1.25-alpine
    ports:
      - "80:80"
      - "443:443"
    volumes:
      - ./nginx/site.conf:/etc/nginx/conf.d/default.conf:ro
    depends_on: [web]
  web:
    build: .
    environment:
      DATABASE_URL: postgres://shop:hunter2@db:5432/shop
      REDIS_HOST: cache
    depends_on:
      db:
        condition: service_healthy
  db:
    image: postgres:15
  cache:
    image: redis:7-alpine
)yaml" },
                                                 { "shop/nginx/site.conf", "server {\n listen 80;\n location / { proxy_pass http://web:8000; }\n}\n" } },
        "");
    EXPECT_THAT(hops(found), UnorderedElementsAre("client>proxy:80", "client>proxy:443", "proxy:80>web:8000", "web:8000>db:5432",
                                 "web:8000>cache:6379"));
    EXPECT_EQ(found.topology.hop(base::HopId("proxy:80>web:8000"))->declared.place, (model::FilePlace { "shop/nginx/site.conf", 3 }));
    EXPECT_EQ(found.topology.hop(base::HopId("web:8000>db:5432"))->declared.place, (model::FilePlace { "shop/docker-compose.yml", 13 }));
    const model::Node* database = found.topology.node(base::NodeId("db:5432"));
    ASSERT_TRUE(database);
    EXPECT_EQ(database->software, "postgresql");
    EXPECT_EQ(database->kind, model::NodeKind::Database);
    EXPECT_EQ(database->version, "15");
    EXPECT_FALSE(database->host);
    for (const model::Hop& hop : found.topology.hops)
        EXPECT_THAT(hop.declared.endpoint.text(), Not(HasSubstr("hunter2")));
}

TEST(ComposeOffline, FillsVariablesAndReadsPortsInEveryForm)
{
    const Discovered found = discoverOffline({ { "compose.yaml", R"yaml(services:
  app:
    image: node:20
    ports:
      - "127.0.0.1:${APP_PORT:-3000}:3000"
      - "[::1]:9229:9229"
      - "9000-9001:9000-9001"
      - "5353:5353/udp"
      - target: 8443
        published: "${TLS_PORT}"
        host_ip: 10.0.0.5
)yaml" },
                                                 { ".env", "# ours\nexport APP_PORT='8081'\n" } },
        "");
    EXPECT_THAT(hops(found),
        ElementsAre("client>app:3000", "client>app:9229", "client>app:9000", "client>app:9001", "client>app:8443"));
    EXPECT_EQ(found.topology.hops[0].declared.endpoint.text(), "127.0.0.1:8081");
    EXPECT_EQ(found.topology.hops[1].declared.endpoint.text(), "[::1]:9229");
    EXPECT_THAT(warningTexts(found), ElementsAre(HasSubstr("TLS_PORT is not set")));
}

TEST(ComposeOffline, TakesAnExampleForAFileOfVariablesThatIsNotThere)
{
    const auto found = [](std::vector<OfflineFile> more) {
        more.push_back({ "compose.yaml", "services:\n  app:\n    image: node:20\n    ports: ['3000:3000']\n    env_file: .env.app\n"
                                         "    environment:\n      CACHE_URL: ${CACHE_URL}\n  db:\n    image: postgres:16\n  cache:\n    image: redis:7\n" });
        return discoverOffline(more, "");
    };
    const OfflineFile variables { ".env.example", "CACHE_URL=redis://cache:6379\n" };
    const OfflineFile ofTheApp { "env.app.sample", "DATABASE_URL=postgres://u:p@db/shop\n" };
    const Discovered example = found({ variables, ofTheApp });
    EXPECT_THAT(hops(example), testing::UnorderedElementsAre("client>app:3000", "app:3000>db:5432", "app:3000>cache:6379"));
    EXPECT_THAT(warningTexts(example), testing::UnorderedElementsAre(HasSubstr("taken from .env.example"), HasSubstr("taken from env.app.sample")));
    EXPECT_THAT(hops(found({ variables, { ".env", "CACHE_URL=\n" } })), ElementsAre("client>app:3000"));
}

TEST(ComposeOffline, MergesOverridesAnchorsAndExtensions)
{
    const Discovered found = discoverOffline({ { "p/compose.yml", R"yaml(x-common: &common
  image: python:3.12
  environment: &env
    BROKER_URL: amqp://queue
services:
  api:
    <<: *common
    expose: ["8000"]
  worker:
    extends:
      file: shared/base.yml
      service: worker
    environment:
      <<: *env
      API: http://api:8000/v1
  queue:
    image: rabbitmq:3-management
)yaml" },
                                                 { "p/compose.override.yml", "services:\n  api:\n    ports: [\"8000:8000\"]\n" },
                                                 { "p/shared/base.yml", "services:\n  worker:\n    image: python:3.12\n    depends_on: [nobody]\n" } },
        "");
    EXPECT_THAT(hops(found), UnorderedElementsAre("client>api:8000", "api:8000>queue:5672", "worker>queue:5672", "worker>api:8000"));
    EXPECT_THAT(warningTexts(found), Not(Contains(HasSubstr("nobody"))));
}

TEST(ComposeOffline, ReadsTraefiksLabels)
{
    const Discovered found = discoverOffline({ { "docker-compose.yml", R"yaml(services:
  edge:
    image: traefik:v3.0
    ports: ["80:80", "8080:8080"]
  blog:
    image: ghost:5
    labels:
      - "traefik.http.routers.blog.rule=Host(`blog.example`)"
      - "traefik.http.services.blog.loadbalancer.server.port=2368"
  hidden:
    image: nginx
    labels:
      traefik.enable: "false"
)yaml" } },
        "");
    EXPECT_THAT(hops(found), UnorderedElementsAre("client>edge:80", "client>edge:8080", "edge:80>blog:2368"));
}

TEST(ComposeOffline, SaysThatTwoServicesShareNoNetwork)
{
    const Discovered found = discoverOffline({ { "compose.yaml", R"yaml(services:
  proxy:
    image: nginx
    networks: [front]
    volumes: ["./nginx.conf:/etc/nginx/nginx.conf"]
  app:
    image: node
    networks: [back]
)yaml" },
                                                 { "nginx.conf", "http { server { listen 80; location / { proxy_pass http://app:3000; } location /x { proxy_pass http://127.0.0.1:9; } } }" } },
        "");
    EXPECT_THAT(hops(found), UnorderedElementsAre("proxy:80>app:3000", "proxy:80>127.0.0.1:9"));
    EXPECT_THAT(warningTexts(found), ElementsAre(HasSubstr("proxy and app share no network")));
    EXPECT_THAT(found.topology.node(base::NodeId("127.0.0.1:9"))->note, HasSubstr("the container itself"));
}

TEST(ComposeOffline, ReadsWhatADockerfileCopiesAndTemplates)
{
    const Discovered found = discoverOffline({ { "compose.yaml", R"yaml(services:
  web:
    build: ./web
    ports: ["80:80"]
  tmpl:
    image: nginx:1.25
    environment: {BACKEND: "api:4000"}
    volumes: ["./templates:/etc/nginx/templates"]
  api: {image: example/api}
)yaml" },
                                                 { "web/Dockerfile", "FROM nginx:alpine\nCOPY --chown=root nginx.conf /etc/nginx/nginx.conf\n" },
                                                 { "web/nginx.conf", "http { server { listen 80; location / { proxy_pass http://api:4000; } } }" },
                                                 { "templates/default.conf.template", "server { listen 81; location / { proxy_pass http://${BACKEND}; proxy_set_header Host $host; } }" } },
        "");
    EXPECT_THAT(hops(found), UnorderedElementsAre("client>web:80", "web:80>api:4000", "tmpl:81>api:4000"));
}

TEST(ComposeOffline, RendersTemplatesThatAnImagesOwnScriptFillsIn)
{
    // The image's own start script writes the file; its variables come from the Dockerfile and the service.
    const Discovered found = discoverOffline({ { "compose.yaml", R"yaml(services:
  web:
    build: {context: web}
    environment: {PAY_PORT: "9000"}
  edge:
    build: ./edge
  cart: {image: example/cart}
  pay: {image: example/pay}
)yaml" },
                                                 { "web/Dockerfile",
                                                     "FROM node AS build\nRUN make\nFROM nginx:1.20\nENV CART_HOST=cart \\\n    PAY_HOST=\"pay\"\nENV ROOT /srv\n"
                                                     "COPY entrypoint.sh /root/\nENTRYPOINT [\"/root/entrypoint.sh\"]\n"
                                                     "COPY site.conf.template \\\n  /etc/nginx/conf.d/default.conf.template\n" },
                                                 { "web/site.conf.template",
                                                     "server { listen 8080; location /a { proxy_pass http://${CART_HOST}:8080/; } location /b { proxy_pass http://$PAY_HOST:$PAY_PORT; root $document_root; } }" },
                                                 { "edge/Dockerfile", "FROM nginx\nCOPY nginx.conf.tmpl /tmp/nginx.conf.tmpl\n" },
                                                 { "edge/nginx.conf.tmpl", "events {}\nhttp { server { listen 80; location / { proxy_pass http://cart:8080; } } }" } },
        "");
    EXPECT_THAT(hops(found), UnorderedElementsAre("web:8080>cart:8080", "web:8080>pay:9000", "edge:80>cart:8080"));
}

TEST(ComposeOffline, KnowsAProxyByTheFileThatItIsGiven)
{
    const Discovered found = discoverOffline({ { "compose.yaml", R"yaml(services:
  entry:
    image: registry.example/our/layer4
    ports: ["80:80"]
    environment: ['SITE=":80"']
    volumes: ["./Caddyfile:/etc/caddy/Caddyfile"]
  app: {image: example/app}
)yaml" },
                                                 { "Caddyfile", "{$SITE} {\n  reverse_proxy {$APP:app:3000}\n}\n" } },
        "");
    EXPECT_THAT(hops(found), Contains("entry:80>app:3000"));
}

TEST(ComposeOffline, KnowsAProxyByItsMountedFolderAndASiteWhoseNameIsSetElsewhere)
{
    const Discovered found = discoverOffline({ { "compose.yaml", R"yaml(services:
  front:
    build: ./client
    volumes: ["./nginx/:/etc/nginx"]
  edge:
    image: caddy:2
    environment: {DOMAIN: "${DOMAIN:?set it}"}
    volumes: ["./Caddyfile:/etc/caddy/Caddyfile"]
  api: {image: example/api}
)yaml" },
                                                 { "nginx/nginx.conf", "events {}\nhttp { include sites-enabled/*; }\n" },
                                                 { "nginx/sites-enabled/default", "server { listen 80; location / { proxy_pass http://api:5000/; } }\n" },
                                                 { "Caddyfile", "{$DOMAIN} {\n  reverse_proxy api:3000\n}\n" } },
        "");
    EXPECT_THAT(hops(found), testing::UnorderedElementsAre("front:80>api:5000", testing::HasSubstr(">api:3000")));
}

TEST(ComposeOffline, ReadsAddressesAmongACommandsWords)
{
    const Discovered found = discoverOffline({ { "compose.yaml", R"yaml(services:
  front:
    image: example/front
    command: "-target=front -read.url=http://reader:3100/api --db db:5432 --own front:1 --time 10:30"
  reader: {image: example/reader}
  db: {image: postgres}
)yaml" } },
        "");
    EXPECT_THAT(hops(found), UnorderedElementsAre("front>reader:3100", "front>db:5432"));
}

TEST(ComposeOffline, ReadsTraefiksLabelsInAnyCase)
{
    const Discovered found = discoverOffline({ { "compose.yaml", R"yaml(services:
  app:
    image: example/app
    labels:
      - "traefik.enable=true"
      - "traefik.http.routers.a.rule=Host(`a.example`)"
      - "traefik.http.services.a.loadBalancer.server.port=8080"
)yaml" } },
        "");
    EXPECT_THAT(hops(found), ElementsAre("traefik>app:8080"));
}

TEST(ComposeOffline, NamesAnApiElsewhereButNotTheAppsOwnAddress)
{
    const Discovered found = discoverOffline({ { "compose.yaml", R"yaml(services:
  app:
    image: example/app
    environment:
      PAYMENT_API_URL: https://api.pay.example/v2
      APP_API_URL: https://api.own.example
      PUBLIC_API_URL: https://api.own.example
      SITE_URL: https://own.example
      OTEL_EXPORTER_ENDPOINT: https://otel.example
)yaml" } },
        "");
    EXPECT_THAT(hops(found), ElementsAre("app>api.pay.example:443"));
}

TEST(ComposeOffline, ReadsTheLabelsOfTraefik1)
{
    const Discovered found = discoverOffline({ { "compose.yaml", R"yaml(services:
  app:
    image: example/app
    labels: {traefik.enable: "true", traefik.frontend.rule: "Host:a.example", traefik.port: "9000"}
)yaml" } },
        "");
    EXPECT_THAT(hops(found), ElementsAre("traefik>app:9000"));
}

TEST(ComposeOffline, ReadsTheSpringConfigurationOfWhatItBuilds)
{
    const Discovered found = discoverOffline({ { "docker-compose.yml", R"yaml(services:
  orders:
    build: ./orders
    environment: {DB_HOST: db, SPRING_PROFILES_ACTIVE: docker, SPRING_RABBITMQ_HOST: mq}
  db: {image: postgres}
  mq: {image: rabbitmq}
  stock: {image: example/stock}
)yaml" },
                                                 { "orders/src/main/resources/application.yml", R"yaml(spring:
  datasource:
    url: jdbc:postgresql://${DB_HOST:localhost}:${DB_PORT:5432}/orders
  rabbitmq:
    host: localhost
  kafka:
    bootstrap-servers: ${NOWHERE}
stock:
  url: http://localhost:8081
---
spring: {config: {activate: {on-profile: test}}, data: {redis: {host: stock}}}
)yaml" },
                                                 { "orders/src/main/resources/application-docker.properties", "# in the project\nstock.url=http://stock:8081/api\n" } },
        "");
    EXPECT_THAT(hops(found), UnorderedElementsAre("orders>db:5432", "orders>stock:8081", "orders>mq:5672"));
}

TEST(ComposeOffline, PutsTheHostsOwnSiteInFrontOfAPublishedPort)
{
    const std::string compose = "services:\n  rails:\n    image: example/rails\n    ports: ['127.0.0.1:3100:3000']\n";
    const std::string site = "server {\n  listen 443 ssl;\n  location / { proxy_pass http://127.0.0.1:3100; }\n}\n";
    EXPECT_THAT(hops(discoverOffline({ { "docker-compose.yaml", compose }, { "deployment/nginx_shop.conf", site } }, "")),
        UnorderedElementsAre("client>rails:3000", "nginx:443>rails:3000"));
    // one to be copied, and one that leads elsewhere
    const std::string other = "server {\n  listen 443 ssl;\n  location / { proxy_pass http://127.0.0.1:4000; }\n}\n";
    EXPECT_THAT(hops(discoverOffline({ { "docker-compose.yaml", compose }, { "docs/nginx_shop.conf", site }, { "deployment/x.conf", other } }, "")),
        ElementsAre("client>rails:3000"));
}

TEST(ComposeOffline, SurvivesOddities)
{
    for (const char* text : { "services:\n", "services: []\n", "services:\n  a: null\n  b: 7\n", "services:\n  a:\n    ports: [\"x:y:z\", \"70000:1\", \"\", \"5-1:5-1\"]\n",
             "services:\n  a:\n    extends: a\n", "services:\n  a: {extends: b}\n  b: {extends: a}\n", "services:\n  a:\n    image: \"${A${B\"\n",
             "\xef\xbb\xbfservices:\r\n  a:\r\n    image: redis\r\n", "services:\n  a:\n   image: [\n" })
        discoverOffline({ { "docker-compose.yml", text } }, "");
    const Discovered broken = discoverOffline({ { "docker-compose.yml", "services:\n  db:\n    image: postgres\n  web:\n    image: node\n    depends_on: [db]\n   bad\n" } }, "compose");
    EXPECT_THAT(broken.warnings, Not(IsEmpty()));
}

}
}

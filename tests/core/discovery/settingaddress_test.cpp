#include "core/discovery/offline.h"
#include "core/discovery/settingaddress.h"
#include "tests/core/discovery/found.h"

#include <gmock/gmock.h>

namespace hopscope::discovery {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::IsSupersetOf;
using ::testing::Not;
using ::testing::UnorderedElementsAre;

/// "host:port" of each setting that calls something outside.
std::vector<std::string> called(const std::vector<NameAndValue>& settings)
{
    std::vector<std::string> found;
    for (const SettingAddress& each : settingAddresses(settings))
        if (const auto call = outsideCall(settings[each.setting].first, each, { "shop", "acme/shop:1" }))
            found.push_back(each.address.host + ":" + std::to_string(call->port));
    return found;
}

TEST(OutsideCall, PutsHostPortAndKindTogetherWhateverTheSpelling)
{
    EXPECT_THAT(called({ { "DB_HOST", "pg.startup.internal" }, { "DB_PORT", "5433" } }), ElementsAre("pg.startup.internal:5433"));
    EXPECT_THAT(called({ { "PGHOST", "10.0.0.5" }, { "PGPORT", "5432" } }), ElementsAre("10.0.0.5:5432"));
    EXPECT_THAT(called({ { "DB_CONNECTION", "mysql" }, { "DB_HOST", "x.rds.amazonaws.com" } }), ElementsAre("x.rds.amazonaws.com:3306"));
    EXPECT_THAT(called({ { "Redis__Host", "cache.internal" } }), ElementsAre("cache.internal:6379"));
    EXPECT_THAT(called({ { "spring.rabbitmq.addresses", "a.mq:5672,b.mq:5672" } }), ElementsAre("a.mq:5672", "b.mq:5672"));
    EXPECT_THAT(called({ { "SMTP_SERVER", "smtp.mailgun.org" }, { "SMTP_PORT", "587" } }), ElementsAre("smtp.mailgun.org:587"));
    EXPECT_THAT(called({ { "KAFKA_BROKERS", "k1.prod:9092,k2.prod:9092" }, { "NATS_URL", "nats://nats.prod:4222" }, { "ECTO", "ecto://pg.prod:5432/x" } }),
        ElementsAre("k1.prod:9092", "k2.prod:9092", "nats.prod:4222", "pg.prod:5432"));
}

TEST(OutsideCall, KnowsWhomASettingIsNamedFor)
{
    EXPECT_THAT(called({ { "OPENAI_BASE_URL", "https://api.openai.com/v1" }, { "NTFY_URL", "https://ntfy.sh" }, { "OLLAMA_URL", "http://host.docker.internal:11434" },
                    { "PROVIDERS_0_BASE_URL", "https://api.anthropic.com" }, { "SEARCH_URL", "http://10.2.3.4:9200" } }),
        ElementsAre("api.openai.com:443", "ntfy.sh:443", "host.docker.internal:11434", "api.anthropic.com:443", "10.2.3.4:9200"));
}

TEST(OutsideCall, TakesTheProgramItselfItsVisitorsAndFillInsForNoCall)
{
    EXPECT_THAT(called({ { "SHOP_URL", "https://shop.io" }, { "BASE_URL", "https://acme.io" }, { "NEXTAUTH_URL", "https://acme.io" }, { "CORS_ORIGIN", "http://web:3000" },
                    { "ALLOWED_HOSTS", "a.internal,b.internal" }, { "LISTEN_ADDR", "10.0.0.1:8080" }, { "HOST", "10.0.0.1" }, { "PORT", "80" },
                    { "SERVER_ADDRESS", "10.0.0.1:80" }, { "REDIS_HOST", "localhost" }, { "API_URL", "http://127.0.0.1:80" }, { "IMAGE", "node:20" },
                    { "APP_VERSION", "10.0.0.1:80" }, { "START_TIME", "12:30" }, { "SENTRY_DSN", "https://k@o1.ingest.sentry.io/2" }, { "WS_URL", "wss://x.acme.io" },
                    { "PAYMENT_API_URL", "https://api.example.com" }, { "MAIL_HOST", "smtp.example.com" }, { "MAIL_PORT", "25" }, { "LOG_LEVEL", "info" }, { "API_HOST", "api.acme.io" }, { "API_PORT", "443" },
                    { "KAFKA_ADVERTISED_LISTENERS", "PLAINTEXT://k.internal:9092" }, { "KAFKA_CONTROLLER_QUORUM_VOTERS", "1@k.internal:9093" } }),
        IsEmpty());
}

std::string manifest(const std::string& container, const std::string& more)
{
    return "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: api, namespace: shop}\nspec:\n  selector: {matchLabels: {app: api}}\n  template:\n"
           "    metadata: {labels: {app: api}}\n    spec:\n      volumes: [{name: cfg, configMap: {name: cfg}}, {name: sec, secret: {secretName: sec}}]\n"
           "      containers:\n      - name: api\n        image: startup/api:1\n        ports: [{containerPort: 8080}]\n"
        + container + more;
}

TEST(DiscoverManifests, NamesWhatASecretsValuesCallAndKeepsNothingElseOfThem)
{
    const Discovered found = discoverOffline({ { "k8s.yaml", manifest("        envFrom: [{secretRef: {name: sec}}]\n        env:\n"
                                                                      "        - {name: QUEUE_URL, valueFrom: {secretKeyRef: {name: sec, key: amqp}}}\n",
                                                    R"(---
apiVersion: v1
kind: Secret
metadata: {name: sec, namespace: shop}
data: {amqp: YW1xcDovL3VzZXI6aHVudGVyMkByYWJiaXQubXEuc3ZjOjU2NzIv, DB_PASSWORD: aHVudGVyMg==, BROKEN: "*"}
stringData:
  MYSQL_DSN: "app:hunter2@tcp(mysql.shop.internal:3306)/shop"
  REDIS_ADDR: "cache.shop.internal:6379"
  JWT_KEY: "hunter2:9092"
  SESSION: hunter2
  PASSPORT: hunter2
  TOKEN_HOST: hunter2
)") } },
        "");
    EXPECT_THAT(hops(found), UnorderedElementsAre("deployment/shop/api:8080>rabbit.mq.svc:5672", "deployment/shop/api:8080>mysql.shop.internal:3306",
                                 "deployment/shop/api:8080>cache.shop.internal:6379"));
    for (const model::Node& node : found.topology.nodes)
        EXPECT_THAT(node.id.value() + node.label + node.note + node.address, Not(HasSubstr("hunter2")));
}

TEST(DiscoverManifests, ReadsTheFilesThatAnAppMounts)
{
    const Discovered found = discoverOffline({ { "k8s.yaml", manifest("        volumeMounts: [{name: cfg, mountPath: /app}, {name: sec, mountPath: /sec}]\n"
                                                                      "        env: [{name: CACHE, value: \"redis://cache.shop.internal:6379\"}]\n",
                                                    R"(---
apiVersion: v1
kind: ConfigMap
metadata: {name: cfg, namespace: shop}
data:
  application.yml: |
    spring: {rabbitmq: {host: rabbit.mq.svc, port: 5672}}
    cache: {url: "${CACHE}"}
    server: {port: 8080}
---
apiVersion: v1
kind: Secret
metadata: {name: sec, namespace: shop}
stringData:
  config.json: '{"mongo":{"uri":"mongodb://u:p@m-0.m:27017/x"},"apiKey":"zzz:9999","password":"redis-host"}'
)") } },
        "");
    EXPECT_THAT(hops(found), UnorderedElementsAre("deployment/shop/api:8080>rabbit.mq.svc:5672", "deployment/shop/api:8080>m-0.m:27017",
                                 "deployment/shop/api:8080>cache.shop.internal:6379"));
}

TEST(DiscoverManifests, GeneratesSecretsAndSaysWhatAChartWouldAdd)
{
    const Discovered found = discoverOffline({ { "kustomization.yaml", "resources: [a.yaml]\nsecretGenerator:\n- {name: sec, envs: [s.env], literals: ['A_HOST=a.internal', A_PORT=5432]}\n"
                                                                       "namespace: shop\nhelmCharts:\n- {name: redis}\n" },
                                                 { "s.env", "DATABASE_URL=ecto://u:p@pg.internal:5432/x\n" },
                                                 { "a.yaml", manifest("        envFrom: [{secretRef: {name: sec}}]\n", "") } },
        "");
    EXPECT_THAT(hops(found), UnorderedElementsAre("deployment/shop/api:8080>pg.internal:5432", "deployment/shop/api:8080>a.internal:5432"));
    ASSERT_FALSE(found.warnings.empty());
    EXPECT_THAT(found.warnings.front().message, HasSubstr("the chart redis"));
}

TEST(ComposeOffline, KnowsABrokersOwnAddressesAndOtherPortsThatServicesAreTold)
{
    const Discovered found = discoverOffline({ { "compose.yaml", R"yaml(services:
  kafka:
    image: confluentinc/cp-kafka:7.5.0
    ports: ["9092:9092"]
    environment:
      KAFKA_ADVERTISED_LISTENERS: PLAINTEXT://kafka:29092,HOST://localhost:9092
      KAFKA_CONTROLLER_QUORUM_VOTERS: 1@kafka:29093,2@other:29093
  other: {image: "confluentinc/cp-kafka:7.5.0"}
  consumer: {build: ./consumer, depends_on: [kafka]}
  worker: {build: ./consumer, depends_on: [consumer]}
  edge: {image: nginxproxy/nginx-proxy, ports: ["80:80"]}
  api: {image: acme/api, command: gunicorn -b 0.0.0.0:5000 app, environment: {VIRTUAL_HOST: a.example}}
  web: {build: ./web, environment: {VIRTUAL_HOST: w.example}}
)yaml" },
                                                 { "web/Dockerfile", "FROM node:20\nEXPOSE 3001\n" } },
        "");
    EXPECT_THAT(hops(found), UnorderedElementsAre("client>kafka:9092", "client>edge:80", "edge:80>api:5000", "edge:80>web:3001", "consumer>kafka:29092"));
}

TEST(ComposeOffline, ReachesThePortsOfTheHostAndOfANetworkThatIsShared)
{
    const Discovered found = discoverOffline({ { "compose.yaml", R"yaml(services:
  app:
    image: acme/app
    network_mode: host
    environment: {DATABASE_URL: "postgres://u:p@localhost:5432/x"}
  job:
    image: acme/job
    environment: {MODEL_URL: "http://host.docker.internal:11434/v1", DB_ADDR: "host.docker.internal:15432", GREETING: "http://localhost:1"}
  side: {image: acme/side, network_mode: "service:vpn", environment: {UPSTREAM_URL: "http://localhost:9091"}}
  torrent: {image: acme/torrent, network_mode: "service:vpn", environment: {PORT: "9091"}}
  vpn: {image: acme/vpn}
  db: {image: "postgres:16", ports: ["127.0.0.1:5432:5432", "15432:5432"]}
)yaml" } },
        "");
    EXPECT_THAT(hops(found), UnorderedElementsAre("client>db:5432", "app>db:5432", "job>host.docker.internal:11434", "job>db:5432", "side>torrent:9091"));
}

TEST(ComposeOffline, KeepsOfASecretVariableTheAddressAlone)
{
    const Discovered found = discoverOffline({ { "compose.yaml", R"yaml(services:
  app:
    image: acme/app
    environment: {SECRET_DATABASE_URL: "postgres://u:hunter2@db:5432/x", API_KEY: "cache:6379", SESSION_SECRET: cache}
  db: {image: "postgres:16"}
  cache: {image: "redis:7"}
)yaml" } },
        "");
    EXPECT_THAT(hops(found), ElementsAre("app>db:5432"));
}

TEST(ComposeOffline, ReadsTheFilesOfProgramsThatHaveNoReaderOfTheirOwn)
{
    const Discovered found = discoverOffline({ { "compose.yaml", R"yaml(services:
  kong: {image: "kong:3", volumes: ["./kong.yml:/kong/kong.yml"]}
  varnish: {image: "varnish:7", volumes: ["./default.vcl:/etc/varnish/default.vcl"]}
  tunnel: {image: "cloudflare/cloudflared", volumes: ["./tunnel.yml:/etc/cloudflared/config.yml"]}
  watch: {image: "prom/prometheus", volumes: ["./prometheus.yml:/etc/prometheus/prometheus.yml"]}
  auth: {image: acme/auth}
  web: {build: ./web}
  db: {image: "postgres:16"}
)yaml" },
                                                 { "kong.yml", "services:\n- {name: a, url: 'http://auth:9999/'}\n- {name: w, host: web, port: 3000}\n" },
                                                 { "default.vcl", "backend default { .host = \"web\"; .port = \"8000\"; }\n" },
                                                 { "tunnel.yml", "ingress:\n- {hostname: a.io, service: 'http://web:8000'}\n- {service: http_status:404}\n" },
                                                 { "prometheus.yml", "scrape_configs: [{static_configs: [{targets: ['web:8000']}]}]\n" },
                                                 { "web/Dockerfile", "FROM python:3\nARG HOST=db\nENV DB_URL=postgres://x@${HOST}:5432/y OTHER_URL=https://api.other.io\n" } },
        "");
    EXPECT_THAT(hops(found), UnorderedElementsAre("kong>auth:9999", "kong>web:3000", "varnish>web:8000", "tunnel>web:8000", "web:3000>db:5432"));
}

TEST(ComposeOffline, ReadsTheLabelsOfCaddysDockerProxy)
{
    const Discovered found = discoverOffline({ { "compose.yaml", R"yaml(services:
  edge: {image: "lucaslorentz/caddy-docker-proxy:2", ports: ["80:80"]}
  who: {image: acme/who, labels: {caddy: who.io, caddy.reverse_proxy: "{{upstreams 8080}}"}}
  api: {image: acme/api, expose: ["5000"], labels: {caddy_1: api.io, caddy_1.handle_path.0_reverse_proxy: "{{upstreams}}"}}
  other: {image: acme/other, labels: {caddy.tls: internal}}
)yaml" } },
        "");
    EXPECT_THAT(hops(found), UnorderedElementsAre("client>edge:80", "edge:80>who:8080", "edge:80>api:5000"));
}

TEST(EnvoyOffline, FindsWhatItReportsToAndAsks)
{
    const std::string cluster = "load_assignment: {endpoints: [{lb_endpoints: [{endpoint: {address: {socket_address: {address: ";
    const Discovered found = discoverOffline({ { "envoy.yaml", R"(dynamic_resources:
  ads_config: {api_type: GRPC, grpc_services: [{envoy_grpc: {cluster_name: xds}}]}
stats_sinks: [{name: envoy.stat_sinks.metrics_service, typed_config: {grpc_service: {envoy_grpc: {cluster_name: figures}}}}]
static_resources:
  listeners:
  - address: {socket_address: {address: 0.0.0.0, port_value: 80}}
    filter_chains:
    - filters:
      - name: envoy.filters.network.http_connection_manager
        typed_config:
          tracing: {provider: {name: envoy.tracers.zipkin, typed_config: {collector_cluster: zipkin}}}
          access_log: [{name: als, typed_config: {common_config: {grpc_service: {envoy_grpc: {cluster_name: logs}}}}}]
          http_filters:
          - {name: envoy.filters.http.ratelimit, typed_config: {rate_limit_service: {grpc_service: {envoy_grpc: {cluster_name: limits}}}}}
          route_config: {virtual_hosts: [{domains: ["*"], routes: [{match: {prefix: /}, route: {cluster: web}}]}]}
  clusters:
)" + [&] {
                                                    std::string all;
                                                    int port = 1;
                                                    for (const char* name : { "web", "xds", "zipkin", "logs", "limits", "figures", "idle" })
                                                        all += "  - {name: " + std::string(name) + ", " + cluster + name + ", port_value: " + std::to_string(port++) + "}}}}]}]}}\n";
                                                    return all;
                                                }() } },
        "");
    EXPECT_THAT(hops(found), UnorderedElementsAre("envoy:80>web:1", "envoy:80>xds:2", "envoy:80>zipkin:3", "envoy:80>logs:4", "envoy:80>limits:5", "envoy:80>figures:6"));
}

TEST(DiscoverManifests, ReadsRoutesOfOtherControllers)
{
    const std::string services = "---\napiVersion: v1\nkind: Service\nmetadata: {name: web}\nspec: {selector: {app: web}, ports: [{name: http, port: 80, targetPort: 8080}]}\n"
                                 "---\napiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web}\nspec: {selector: {matchLabels: {app: web}}, template: {metadata: {labels: {app: web}}, "
                                 "spec: {containers: [{name: w, image: acme/web}]}}}\n";
    const auto entrances = [&](const std::string& route) { return hops(discoverOffline({ { "k.yaml", route + services } }, "")); };
    EXPECT_THAT(entrances("apiVersion: route.openshift.io/v1\nkind: Route\nmetadata: {name: r}\nspec: {host: a.io, to: {kind: Service, name: web}, port: {targetPort: 8080}}\n"),
        ElementsAre("ingress/openshift>deployment/default/web:8080"));
    EXPECT_THAT(entrances("apiVersion: projectcontour.io/v1\nkind: HTTPProxy\nmetadata: {name: r}\nspec: {virtualhost: {fqdn: a.io}, routes: [{conditions: [{prefix: /a}], services: [{name: web, port: 80}]}]}\n"),
        ElementsAre("ingress/contour>deployment/default/web:8080"));
    EXPECT_THAT(entrances("apiVersion: getambassador.io/v2\nkind: Mapping\nmetadata: {name: r, namespace: edge}\nspec: {prefix: /a/, service: 'http://web.default:80'}\n"),
        ElementsAre("ingress/ambassador>deployment/default/web:8080"));
    EXPECT_THAT(entrances("apiVersion: apisix.apache.org/v2\nkind: ApisixRoute\nmetadata: {name: r}\nspec: {http: [{match: {hosts: [a.io], paths: [/*]}, backends: [{serviceName: web, servicePort: http}]}]}\n"),
        ElementsAre("ingress/apisix>deployment/default/web:8080"));
    EXPECT_THAT(entrances("apiVersion: v1\nkind: ConfigMap\nmetadata: {name: tcp-services}\ndata: {'5432': 'default/web:80'}\n"),
        ElementsAre("ingress/nginx>deployment/default/web:8080"));
    EXPECT_THAT(entrances("apiVersion: v1\nkind: ConfigMap\nmetadata: {name: other}\ndata: {'5432': 'default/web:80', a: b}\n"), ElementsAre("service/default/web:80>deployment/default/web:8080"));
}

TEST(DiscoverManifests, FollowsTheActionsThatAnnotationsDefine)
{
    const Discovered found = discoverOffline({ { "k.yaml", R"(apiVersion: networking.k8s.io/v1
kind: Ingress
metadata:
  name: main
  annotations:
    kubernetes.io/ingress.class: alb
    alb.ingress.kubernetes.io/actions.ssl-redirect: '{"Type": "redirect", "RedirectConfig": {"Protocol": "HTTPS"}}'
    alb.ingress.kubernetes.io/actions.split: '{"type":"forward","forwardConfig":{"targetGroups":[{"serviceName":"a","servicePort":"80","weight":90},{"serviceName":"b","servicePort":80}]}}'
spec:
  rules:
  - http:
      paths:
      - {path: /*, backend: {service: {name: ssl-redirect, port: {name: use-annotation}}}}
      - {path: /app, backend: {serviceName: split, servicePort: use-annotation}}
---
apiVersion: v1
kind: Service
metadata: {name: a}
spec: {type: ExternalName, externalName: a.example.net, ports: [{port: 80}]}
)" } },
        "");
    EXPECT_THAT(hops(found), UnorderedElementsAre("ingress/alb>a.example.net:80", "ingress/alb>service/default/b:80"));
}

TEST(ComposeOffline, ReadsConfigurationThatTheProjectHoldsByName)
{
    const Discovered found = discoverOffline({ { "compose.yaml", R"yaml(services:
  one: {image: "nginx:1", configs: [{source: inline, target: /etc/nginx/conf.d/default.conf}]}
  two: {image: "nginx:1", configs: [{source: file, target: /etc/nginx/conf.d/default.conf}]}
  swag: {image: "lscr.io/linuxserver/swag", volumes: ["./swag:/config"]}
  app: {image: acme/app}
configs:
  file: {file: two.conf}
  inline:
    content: |
      server {
        listen 80;
        location / { proxy_pass http://app:1; }
      }
)yaml" },
                                                 { "two.conf", "server { listen 80; location / { proxy_pass http://app:2; } }" },
                                                 { "swag/nginx/proxy-confs/app.subdomain.conf",
                                                     "server { listen 443 ssl; set $upstream_app app; set $upstream_port 3; location / { proxy_pass http://$upstream_app:$upstream_port; } }" } },
        "");
    EXPECT_THAT(hops(found), UnorderedElementsAre("one:80>app:1", "two:80>app:2", "swag:443>app:3"));
    EXPECT_EQ(found.topology.hop(base::HopId("one:80>app:1"))->declared.place, (model::FilePlace { "compose.yaml", 12 }));
}

TEST(ComposeOffline, RoutesByTraefiksDefaultRuleWhereOneIsGivenOrNothingElseIs)
{
    const auto found = [](const std::string& options, const std::string& labels) {
        return hops(discoverOffline({ { "compose.yaml", "services:\n  edge: {image: 'traefik:v3', command: '--providers.docker " + options + "'}\n"
                                                          "  blog: {image: 'ghost:5', expose: ['2368']}\n  shop: {image: acme/shop, expose: ['80'], labels: ["
                                            + labels + "]}\n  db: {image: 'mysql:8'}\n  job: {image: acme/job}\n" } },
            ""));
    };
    EXPECT_THAT(found("", ""), UnorderedElementsAre("edge:80>blog:2368", "edge:80>shop:80"));
    EXPECT_THAT(found("--providers.docker.exposedbydefault=false", ""), IsEmpty());
    EXPECT_THAT(found("", "traefik.enable=true"), ElementsAre("edge:80>shop:80"));
    EXPECT_THAT(found("--providers.docker.defaultRule=Host(`{{ .Name }}.io`)", "traefik.enable=false"), ElementsAre("edge:80>blog:2368"));
}

}
}

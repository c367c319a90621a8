// Shapes of configuration that people really have, and that once were read wrongly.
#include "core/discovery/discover.h"
#include "tests/core/discovery/found.h"

#include <gmock/gmock.h>

namespace hopscope::discovery {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::UnorderedElementsAre;

TEST(RealShapes, PlaceholdersOfTemplatesAreTargets)
{
    const Discovered found = discoverOffline({ { "default.conf.template", R"(upstream app { server ${APP_HOST}:${APP_PORT}; server {{ spare }}:8080; }
server { listen 80; location / { proxy_pass http://app; } location /auth { proxy_pass http://$AUTH_HOST:9000/x; } location /x { proxy_pass http://$unknown; } }
)" } },
        "");
    EXPECT_THAT(hops(found), UnorderedElementsAre("nginx:80>${APP_HOST}:${APP_PORT}", "nginx:80>{{ spare }}:8080", "nginx:80>$AUTH_HOST:9000"));
}

TEST(RealShapes, ASocketMayBeWrittenWithThreeSlashes)
{
    const Discovered found = discoverOffline({ { "site", "server { listen 80; location / { uwsgi_pass unix:///run/app.sock; } }" } }, "");
    EXPECT_THAT(hops(found), ElementsAre("nginx:80>unix:/run/app.sock"));
}

TEST(RealShapes, FilesSavedAsUtf16AreRead)
{
    const std::string text = "server { listen 82; location / { proxy_pass http://10.4.0.2:82; } }\n";
    std::string little = "\xff\xfe";
    std::string big;
    for (const char c : text) {
        little += { c, '\0' };
        big += { '\0', c };
    }
    EXPECT_THAT(hops(discoverOffline({ { "little.conf", little } }, "")), ElementsAre("nginx:82>10.4.0.2:82"));
    EXPECT_THAT(hops(discoverOffline({ { "big.conf", big } }, "")), ElementsAre("nginx:82>10.4.0.2:82"));
}

TEST(RealShapes, AServerThatIsNeverClosedDoesNotSwallowTheNext)
{
    const Discovered found = discoverOffline({ { "nginx.conf", "http {\n server {\n  listen 80;\n  location / { proxy_pass http://a:1; }\n server {\n  listen 81;\n"
                                                              "  location / { proxy_pass http://b:1; }\n }\n}\n" } },
        "");
    EXPECT_THAT(hops(found), ElementsAre("nginx:80>a:1", "nginx:81>b:1"));
    EXPECT_THAT(warnings(found), Contains(HasSubstr("nginx.conf:2 the block \"server\" that opens here is not closed before line 5")));
}

TEST(RealShapes, ACopyOfEtcHoldsSeveralPrograms)
{
    const Discovered found = discoverOffline(
        { { "etc/haproxy/haproxy.cfg", "frontend f\n bind :80\n default_backend b\nbackend b\n server n 127.0.0.1:8080\n" },
            { "etc/nginx/nginx.conf", "http { include /etc/nginx/sites-enabled/*; }" },
            { "etc/nginx/sites-enabled/app", "server { listen 127.0.0.1:8080; location / { fastcgi_pass unix:/run/php/www.sock; } }" },
            { "etc/php/8.2/fpm/pool.d/www.conf", "[www]\nuser = www-data\nlisten = /run/php/www.sock\n" } },
        "");
    EXPECT_THAT(hops(found), UnorderedElementsAre("haproxy:80>nginx:8080", "nginx:8080>unix:/run/php/www.sock"));
    const model::Node* pool = found.topology.node(base::NodeId("unix:/run/php/www.sock"));
    ASSERT_TRUE(pool);
    EXPECT_EQ(pool->software, "php-fpm");
    EXPECT_EQ(pool->user, "www-data");
    EXPECT_THAT(found.topology.nodes, ::testing::SizeIs(3));
}

TEST(RealShapes, OneFolderAHostKeepsTheirProxiesApart)
{
    const Discovered found = discoverOffline(
        { { "set/edge/nginx.conf", "http { server { listen 80; location / { proxy_pass http://app1:8080; } location /l { proxy_pass http://127.0.0.1:9; } } }" },
            { "set/app1/nginx.conf", "http { server { listen 8080; location / { proxy_pass http://127.0.0.1:3000; } } server { listen 9; } }" } },
        "");
    EXPECT_THAT(hops(found), UnorderedElementsAre("edge/nginx:80>app1/nginx:8080", "edge/nginx:80>127.0.0.1:9", "app1/nginx:8080>127.0.0.1:3000"));
}

TEST(RealShapes, NginxProxyAndSeveralHostsOfADatabase)
{
    const Discovered found = discoverOffline({ { "docker-compose.yaml", R"(services:
  nginx-proxy: {image: "nginxproxy/nginx-proxy:1.4", ports: ["80:80"]}
  blog:
    image: example/blog
    environment: {VIRTUAL_HOST: blog.example, VIRTUAL_PORT: "8000", MONGO_URI: "mongodb://u:p@m0:27017,m1:27018/?replicaSet=rs", database__connection__host: sql}
  sql: {image: "mysql:8"}
  m0: {image: "mongo:6"}
  m1: {image: "mongo:6"}
)" } },
        "");
    EXPECT_THAT(hops(found), UnorderedElementsAre("client>nginx-proxy:80", "nginx-proxy:80>blog:8000", "blog:8000>m0:27017", "blog:8000>m1:27018", "blog:8000>sql:3306"));
}

const std::string workload = R"(---
apiVersion: apps/v1
kind: Deployment
metadata: {name: NAME}
spec:
  selector: {matchLabels: {app: APP, version: VERSION}}
  template: {metadata: {labels: {app: APP, version: VERSION}}, spec: {containers: [{name: c, image: x, ports: [{containerPort: 9080}]}]}}
)";

std::string workloadOf(std::string app, std::string version)
{
    std::string text = workload;
    const auto fill = [&](std::string_view word, const std::string& with) {
        for (std::size_t at = text.find(word); at != std::string::npos; at = text.find(word))
            text.replace(at, word.size(), with);
    };
    fill("NAME", app + "-" + version);
    fill("APP", app);
    fill("VERSION", version);
    return text;
}

TEST(RealShapes, ASubsetLeadsToItsOwnPodsOnly)
{
    const Discovered found = discoverOffline({ { "mesh.yaml", workloadOf("reviews", "v1") + workloadOf("reviews", "v2") + R"(---
apiVersion: v1
kind: Service
metadata: {name: reviews}
spec: {selector: {app: reviews}, ports: [{port: 9080}]}
---
apiVersion: networking.istio.io/v1beta1
kind: VirtualService
metadata: {name: r}
spec: {hosts: [reviews.example], gateways: [g], http: [{route: [{destination: {host: reviews, subset: two}}]}]}
---
apiVersion: networking.istio.io/v1beta1
kind: DestinationRule
metadata: {name: r}
spec: {host: reviews.default.svc.cluster.local, subsets: [{name: one, labels: {version: v1}}, {name: two, labels: {version: v2}}]}
)" } },
        "");
    EXPECT_THAT(hops(found), ElementsAre("gateway/default/g>deployment/default/reviews-v2:9080"));
}

TEST(RealShapes, AChartsVariablesNameItsServices)
{
    const Discovered found = discoverOffline({ { "chart/Chart.yaml", "name: web\n" }, { "chart/values.yaml", "service: {port: 80}\n" },
                                                 { "chart/templates/all.yaml", R"({{- $full := include "web.fullname" . -}}
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata:
  name: {{ $full }}
spec:
  ingressClassName: nginx
  rules:
    {{- range .Values.hosts }}
    - host: {{ .host | quote }}
      http:
        paths:
          - path: /
            backend: {service: {name: {{ $full }}, port: {number: {{ $.Values.service.port }}}}}
    {{- end }}
---
apiVersion: v1
kind: Service
metadata:
  name: {{ include "web.fullname" . }}
spec: {selector: {app: web}, ports: [{port: {{ .Values.service.port }}, targetPort: 8080}]}
---
apiVersion: v1
kind: Pod
metadata: {name: web, labels: {app: web}}
spec: {containers: [{name: web, image: "node:20", ports: [{containerPort: 8080}]}]}
)" } },
        "");
    EXPECT_THAT(hops(found), ElementsAre("ingress/nginx>pod/default/web:8080"));
}

TEST(RealShapes, AConfigMapConfiguresAProxy)
{
    const Discovered found = discoverOffline({ { "all.yaml", R"(apiVersion: v1
kind: ConfigMap
metadata: {name: conf}
data:
  default.conf: |
    server {
      listen 80;
      location / { proxy_pass http://api.default.svc.cluster.local:8080; }
      location /out { proxy_pass http://elsewhere.example; }
    }
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: front}
spec:
  selector: {matchLabels: {a: front}}
  template:
    metadata: {labels: {a: front}}
    spec:
      containers: [{name: n, image: "nginx:1.25", volumeMounts: [{name: v, mountPath: /etc/nginx/conf.d}]}]
      volumes: [{name: v, configMap: {name: conf}}]
---
apiVersion: v1
kind: Service
metadata: {name: api}
spec: {selector: {a: api}, ports: [{port: 8080, targetPort: 3000}]}
---
apiVersion: v1
kind: Pod
metadata: {name: api, labels: {a: api}}
spec: {containers: [{name: c, image: "node:20"}]}
)" } },
        "");
    EXPECT_THAT(hops(found), UnorderedElementsAre("deployment/default/front:80>pod/default/api:3000", "deployment/default/front:80>elsewhere.example:80"));
    const model::Hop* hop = found.topology.hop(base::HopId("deployment/default/front:80>pod/default/api:3000"));
    ASSERT_TRUE(hop);
    EXPECT_EQ(hop->declared.place, (model::FilePlace { "all.yaml", 8 }));
}

TEST(RealShapes, ADatabaseBesideTheClusterByHostAndPort)
{
    const Discovered found = discoverOffline({ { "api.yaml", R"(apiVersion: v1
kind: Service
metadata: {name: api}
spec: {type: NodePort, selector: {app: api}, ports: [{port: 80, targetPort: 8000, nodePort: 30081}]}
---
apiVersion: v1
kind: Pod
metadata: {name: api, labels: {app: api}}
spec:
  containers:
  - {name: c, image: x, env: [{name: DATABASE_HOST, value: pg.corp.example}, {name: DATABASE_PORT, value: "5432"}, {name: LOG_HOST, value: a.b}]}
)" } },
        "");
    EXPECT_THAT(hops(found), UnorderedElementsAre("service/default/api:80>pod/default/api:8000", "pod/default/api:8000>pg.corp.example:5432"));
}

TEST(RealShapes, ApachesUndefinedVariablesAndRulesWithoutASlash)
{
    const Discovered found = discoverOffline({ { "site.conf", R"(<VirtualHost *:80>
ProxyPass /env http://${APP_HOST}:8080/
RewriteEngine On
RewriteRule ^(.*)$ balancer://mobile$1 [P]
RewriteRule ^(/x.*)$ http://10.0.0.9:81$1 [P]
<Proxy balancer://mobile>
BalancerMember http://10.0.0.1:8080
</Proxy>
</VirtualHost>
)" } },
        "");
    EXPECT_THAT(hops(found), UnorderedElementsAre("apache:80>${APP_HOST}:8080", "apache:80>10.0.0.1:8080", "apache:80>10.0.0.9:81"));
}

TEST(RealShapes, HaproxysServersOfATemplate)
{
    const Discovered found = discoverOffline({ { "haproxy.ctmpl", "frontend f\n bind :80\n default_backend b\nbackend b\n"
                                                                "{{ range service \"web\" }}\n server {{ .Node }} {{ .Address }}:{{ .Port }} check\n{{ end }}\n server s 10.0.0.1:80\n" } },
        "");
    EXPECT_THAT(hops(found), UnorderedElementsAre(HasSubstr(".Address"), "haproxy:80>10.0.0.1:80"));
    EXPECT_THAT(warnings(found), Contains(HasSubstr("haproxy.ctmpl:6 ")));
}

TEST(RealShapes, ComposeOverridesInTheOtherSpellingAndSwarmLabels)
{
    const Discovered found = discoverOffline(
        { { "compose.yaml", R"yaml(services:
  proxy: {image: "traefik:v2.11", ports: ["80:80"]}
  api:
    image: example/api
    environment: ["DB_HOST=db", "DB_PORT=5432", MODE]
    deploy: {labels: ["traefik.http.routers.api.rule=Host(`api.example`)", "traefik.http.services.api.loadbalancer.server.port=8000"]}
  db: {image: "postgres:16"}
  web: {image: nginx, volumes: ["./conf/:/etc/nginx/conf.d/"]}
)yaml" },
            { "compose.override.yaml", "services:\n  api: {environment: {CACHE_URL: 'redis://cache:6379'}}\n  cache: {image: 'redis:7'}\n" },
            { "conf/web.conf", "server { listen 80; location / { proxy_pass http://api:8000; } }" } },
        "");
    EXPECT_THAT(hops(found), UnorderedElementsAre("client>proxy:80", "proxy:80>api:8000", "api:8000>db:5432", "api:8000>cache:6379", "web:80>api:8000"));
}

TEST(RealShapes, AChartsPrintedNames)
{
    const Discovered found = discoverOffline({ { "chart/templates/api.yaml", R"({{- $name := printf "%s-api" .Release.Name }}
apiVersion: v1
kind: Service
metadata:
  name: {{ $name }}
spec: {type: NodePort, selector: {app: "{{ printf "%s-api" .Release.Name }}"}, ports: [{port: 80}]}
---
apiVersion: v1
kind: Pod
metadata: {name: api, labels: {app: "{{ .Release.Name }}-api"}}
spec: {containers: [{name: c, image: x}]}
)" } },
        "");
    EXPECT_THAT(hops(found), ElementsAre("service/default/release-api:80>pod/default/api:80"));
}

TEST(RealShapes, EnvoysFiltersOfOtherProtocols)
{
    const Discovered found = discoverOffline({ { "envoy.yaml", R"(static_resources:
  listeners:
  - address: {socket_address: {address: 0.0.0.0, port_value: 6379}}
    filter_chains:
    - filters:
      - name: envoy.filters.network.redis_proxy
        typed_config: {"@type": type.googleapis.com/envoy.extensions.filters.network.redis_proxy.v3.RedisProxy, prefix_routes: {routes: [{prefix: a, cluster: other}], catch_all_route: {cluster: cache}}}
  clusters:
  - {name: cache, load_assignment: {endpoints: [{lb_endpoints: [{endpoint: {address: {socket_address: {address: r1, port_value: 6379}}}}]}]}}
  - {name: other, load_assignment: {endpoints: [{lb_endpoints: [{endpoint: {address: {socket_address: {address: r2, port_value: 6380}}}}]}]}}
)" } },
        "");
    EXPECT_THAT(hops(found), UnorderedElementsAre("envoy:6379>r1:6379", "envoy:6379>r2:6380"));
}

TEST(RealShapes, ARepositoryHoldsProjectsAndManifests)
{
    const Discovered found = discoverOffline(
        { { "repo/docker-compose.yml", "services:\n  web: {image: x, ports: ['8000:8000'], environment: {DATABASE_URL: 'postgres://db/app'}}\n  db: {image: 'postgres:15'}\n" },
            { "repo/README.md", "server { listen 80; location / { proxy_pass http://readme:1; } }\n" },
            { "repo/k8s/web.yaml", "apiVersion: v1\nkind: Service\nmetadata: {name: web}\nspec: {type: NodePort, selector: {app: web}, ports: [{port: 80, targetPort: 8000}]}\n---\n"
                                   "apiVersion: v1\nkind: Pod\nmetadata: {name: web, labels: {app: web}}\nspec: {containers: [{name: c, image: x}]}\n" } },
        "");
    EXPECT_THAT(hops(found), UnorderedElementsAre("client>web:8000", "web:8000>db:5432", "service/default/web:80>pod/default/web:8000"));
}

TEST(RealShapes, CaddyfilesOfTheFirstVersion)
{
    const Discovered found = discoverOffline({ { "Caddyfile", R"(http://shop.example {
    gzip
    root ./dist
    proxy /api {
        upstream api:3000
        upstream api2:3000
        without /api
    }
    proxy / web:8080 {
        transparent
    }
}
http://blog.example {
    fastcgi / /run/php/fpm.sock php
    proxy /feed unix:/run/feed.sock
}
)" } },
        "");
    EXPECT_THAT(hops(found), UnorderedElementsAre("caddy:80>api:3000", "caddy:80>api2:3000", "caddy:80>web:8080", "caddy:80>unix:/run/php/fpm.sock", "caddy:80>unix:/run/feed.sock"));
    const model::Hop* api = found.topology.hop(base::HopId("caddy:80>api:3000"));
    ASSERT_NE(api, nullptr);
    EXPECT_EQ(api->declared.place.line, 5);
    EXPECT_EQ(found.topology.hop(base::HopId("caddy:80>unix:/run/php/fpm.sock"))->protocol, model::Protocol::FastCgi);
}

constexpr const char* envoyServices = R"(static_resources:
  listeners:
    name: one
    address: {socket_address: {address: 0.0.0.0, port_value: 80}}
    filter_chains:
      filters:
        name: envoy.filters.network.http_connection_manager
        typed_config:
          http_filters:
          - name: envoy.filters.http.ext_authz
            typed_config: {grpc_service: {google_grpc: {target_uri: "dns:///policy:9191"}}}
          - name: envoy.filters.http.ratelimit
            typed_config: {rate_limit_service: {grpc_service: {envoy_grpc: {cluster_name: limits}}}}
          - name: envoy.filters.http.jwt_authn
            typed_config: {providers: {one: {remote_jwks: {http_uri: {uri: "https://id.example/keys", cluster: keys}}}}}
          - name: envoy.filters.http.router
          route_config:
            virtual_hosts:
            - name: all
              domains: ["*"]
              routes:
              - match: {prefix: /by-header}
                route: {cluster_header: x-where}
              - match: {prefix: /}
                route: {cluster: web}
  clusters:
  - {name: web, load_assignment: {endpoints: {lb_endpoints: {endpoint: {address: {socket_address: {address: web, port_value: 8080}}}}}}}
  - {name: spare, load_assignment: {endpoints: [{lb_endpoints: [{endpoint: {address: {socket_address: {address: spare, port_value: 8080}}}}]}]}}
  - {name: limits, load_assignment: {endpoints: [{lb_endpoints: [{endpoint: {address: {socket_address: {address: limits, port_value: 8081}}}}]}]}}
  - {name: keys, hosts: {socket_address: {address: id.example, port_value: 443}}}
)";

TEST(RealShapes, EnvoysFiltersAskServicesToo)
{
    const Discovered found = discoverOffline({ { "envoy.yaml", envoyServices } }, "");
    EXPECT_THAT(hops(found), UnorderedElementsAre("envoy:80>policy:9191", "envoy:80>limits:8081", "envoy:80>id.example:443", "envoy:80>web:8080", "envoy:80>spare:8080"));
    EXPECT_EQ(found.topology.hop(base::HopId("envoy:80>policy:9191"))->declared.place.line, 11);
}

TEST(RealShapes, ComposeFilesOfTheFirstVersion)
{
    const Discovered found = discoverOffline({ { "docker-compose.yml", "# one of the old ones\nweb:\n  build: .\n  ports: ['80:8000']\n  links:\n   - db:database\n"
                                                                       "  environment: ['DB_HOST=database']\n\ndb:\n  image: postgres:9\n" } },
        "");
    EXPECT_THAT(hops(found), UnorderedElementsAre("client>web:8000", "web:8000>db:5432"));
    // What only begins like one is none: no service, no hop.
    EXPECT_THAT(hops(discoverOffline({ { "docker-compose.yml", "include: [other.yml]\nvolumes:\n  data:\n    image: x\n" } }, "")), IsEmpty());
}

TEST(RealShapes, LabelsForATraefikOfAnotherProject)
{
    const Discovered found = discoverOffline({ { "compose.yaml", "services:\n  web:\n    image: x/web\n    labels:\n      - traefik.http.routers.web.rule=Host(`a.example`)\n"
                                                                 "      - traefik.http.services.web.loadbalancer.server.port=3000\n  worker:\n    image: x/worker\n    labels: [traefik.enable=false]\n" } },
        "");
    EXPECT_THAT(hops(found), ElementsAre("traefik>web:3000"));
}

/// A deployment's specification, up to the list of its variables.
const std::string webWithVariables = R"yaml(spec:
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec:
      containers:
      - name: web
        image: x/web
        ports: [{containerPort: 8000}]
        env:
)yaml";

TEST(RealShapes, ADatabaseOutsideTheManifestsHasAHopToo)
{
    const Discovered found = discoverOffline({ { "app.yaml", R"yaml(apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
)yaml" + webWithVariables + R"yaml(        - {name: DATABASE_URL, value: "mysql2://shop:shop@mysql:3306/shop"}
        - {name: CACHE_URL, value: "redis://localhost:6379"}
        - {name: QUEUE_URL, value: "amqp://$(QUEUE_HOST)"}
        - {name: OTHER_URL, value: "http://other"}
        - {name: HOME_URL, value: "http://shop.example"}
        - {name: ALLOWED_ORIGINS, value: "http://front:3000"}
---
apiVersion: v1
kind: Service
metadata: {name: web}
spec: {type: NodePort, selector: {app: web}, ports: [{port: 80, targetPort: 8000}]}
)yaml" } },
        "");
    EXPECT_THAT(hops(found), ElementsAre("service/default/web:80>deployment/default/web:8000", "deployment/default/web:8000>mysql:3306", "deployment/default/web:8000>other:80"));
}

TEST(RealShapes, VariablesThatAConfigMapHolds)
{
    const std::string app = R"yaml(apiVersion: apps/v1
kind: Deployment
metadata: {name: web, namespace: shop}
)yaml" + webWithVariables + R"yaml(        - {name: DB_HOST, valueFrom: {configMapKeyRef: {name: one, key: host}}}
        - {name: QUEUE_URL, value: "amqp://rabbit"}
        - {name: LOST_URL, valueFrom: {configMapKeyRef: {name: none, key: url}}}
        envFrom:
        - {configMapRef: {name: all}}
        - {secretRef: {name: hidden}}
)yaml";
    const std::string maps = R"yaml(apiVersion: v1
kind: ConfigMap
metadata: {name: one, namespace: shop}
data: {host: db, other: "redis://unused"}
---
apiVersion: v1
kind: ConfigMap
metadata: {name: all, namespace: shop}
data: {CACHE_URL: "redis://cache:6380/0", QUEUE_URL: "amqp://elsewhere"}
---
apiVersion: v1
kind: Service
metadata: {name: db, namespace: shop}
spec: {selector: {app: db}, ports: [{port: 3306}]}
---
apiVersion: v1
kind: Pod
metadata: {name: db, namespace: shop, labels: {app: db}}
spec: {containers: [{name: db, image: mysql, ports: [{containerPort: 3306}]}]}
)yaml";
    EXPECT_THAT(hops(discoverOffline({ { "k8s/a.yaml", app }, { "k8s/b.yaml", maps } }, "")),
        UnorderedElementsAre("deployment/shop/web:8000>pod/shop/db:3306", "deployment/shop/web:8000>cache:6380",
            "deployment/shop/web:8000>rabbit:5672"));
}

TEST(RealShapes, AProxyInFrontOfAComposeProject)
{
    const std::string project = "services:\n  web:\n    build: ./backend\n    ports: ['8000:8000']\n    environment:\n      DATABASE_URL: postgres://shop:x@db.internal.example/shop\n"
                                "      AUTH_URL: http://keycloak:8080\n      CORS_ORIGIN: http://front:3000\n      HOME_URL: https://shop.example\n";
    const OfflineFile nginx { "repo/deploy/nginx/nginx.conf", "server { listen 80; location / { proxy_pass http://web:8000; } }\n" };
    const std::vector<std::string> inside { "client>web:8000", "web:8000>db.internal.example:5432", "web:8000>keycloak:8080" };
    EXPECT_THAT(hops(discoverOffline({ { "repo/docker-compose.yml", project }, nginx }, "")),
        UnorderedElementsAre("nginx:80>web:8000", inside[0], inside[1], inside[2]));
    // One that a service builds with, or a sample, is none.
    for (const char* place : { "repo/backend/nginx.conf", "repo/docs/nginx.conf" })
        EXPECT_THAT(hops(discoverOffline({ { "repo/docker-compose.yml", project }, { place, nginx.text } }, "")), UnorderedElementsAre(inside[0], inside[1], inside[2])) << place;
    const std::string withNginx = project + "  proxy:\n    image: nginx\n";
    EXPECT_THAT(hops(discoverOffline({ { "repo/docker-compose.yml", withNginx }, nginx }, "")), UnorderedElementsAre(inside[0], inside[1], inside[2]));
}

TEST(RealShapes, AFolderToBuildWithoutItsDockerfile)
{
    const std::string project = "services:\n  edge:\n    build: ./edge\n    ports: ['80:80']\n  web:\n    build: {context: ./web, dockerfile: Dockerfile.web}\n";
    const OfflineFile site { "edge/conf", "server { listen 80; location / { proxy_pass http://web:3000; } }\n" };
    EXPECT_THAT(hops(discoverOffline({ { "compose.yaml", project }, site }, "")), UnorderedElementsAre("client>edge:80", "edge:80>web:3000"));
    // With the Dockerfile, what that copies counts.
    EXPECT_THAT(hops(discoverOffline({ { "compose.yaml", project }, site, { "edge/Dockerfile", "FROM nginx\n" } }, "")), ElementsAre("client>edge:80"));
    EXPECT_THAT(hops(discoverOffline({ { "compose.yaml", project }, { "web/Dockerfile.web", "FROM node AS build\nFROM nginx\nCOPY web.conf /etc/nginx/conf.d/default.conf\n" },
                                       { "web/web.conf", "server { listen 3000; location /api { proxy_pass http://api:9000; } }\n" } }, "")),
        UnorderedElementsAre("client>edge:80", "web:3000>api:9000"));
}

}
}

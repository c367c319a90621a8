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
using ::testing::SizeIs;
using ::testing::UnorderedElementsAre;

Discovered read(const std::string& text) { return discoverOffline({ { "shop.yaml", text } }, ""); }

const std::string deployment = R"(apiVersion: apps/v1
kind: Deployment
metadata: {name: web, labels: {app: web}}
spec:
  replicas: 2
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec:
      containers:
      - name: web
        image: node:20-alpine
        ports: [{name: http, containerPort: 3000}]
)";

const std::string service = R"(---
apiVersion: v1
kind: Service
metadata: {name: web}
spec:
  selector: {app: web}
  ports: [{port: 80, targetPort: http}]
)";

const std::string ingress = R"(---
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata:
  name: web
  annotations:
    nginx.ingress.kubernetes.io/proxy-read-timeout: "120"
spec:
  ingressClassName: nginx
  rules:
  - host: shop.example
    http:
      paths:
      - path: /
        pathType: Prefix
        backend:
          service:
            name: web
            port: {number: 80}
)";

TEST(DiscoverManifests, LeadsFromIngressOverServiceToWorkload)
{
    const Discovered found = read(deployment + service + ingress);
    EXPECT_THAT(hops(found), ElementsAre("ingress/nginx>deployment/default/web:3000"));
    EXPECT_THAT(found.warnings, IsEmpty());
    const model::Hop& hop = found.topology.hops[0];
    EXPECT_EQ(hop.declared.endpoint.text(), "web:80");
    EXPECT_EQ(hop.declared.place, (model::FilePlace { "shop.yaml", 37 }));
    EXPECT_EQ(hop.declared.timeouts.read, base::Milliseconds(120000));
    EXPECT_EQ(hop.protocol, model::Protocol::Http);
    EXPECT_EQ(hop.group, "default/web:80");
    ASSERT_THAT(found.topology.nodes, SizeIs(2));
    EXPECT_EQ(found.topology.nodes[0].software, "nginx");
    EXPECT_EQ(found.topology.nodes[1].software, "node");
    EXPECT_EQ(found.topology.nodes[1].object, "deployment/default/web");
}

TEST(DiscoverManifests, ReadsTheOldSpellingOfAnIngress)
{
    const Discovered found = read(deployment + service + R"(---
apiVersion: extensions/v1beta1
kind: Ingress
metadata: {name: web, annotations: {kubernetes.io/ingress.class: traefik}}
spec:
  rules:
  - http: {paths: [{backend: {serviceName: web, servicePort: 80}}]}
)");
    EXPECT_THAT(hops(found), ElementsAre("ingress/traefik>deployment/default/web:3000"));
}

TEST(DiscoverManifests, KeepsNamespacesApart)
{
    const Discovered found = read(R"(apiVersion: v1
kind: List
items:
- apiVersion: v1
  kind: Service
  metadata: {name: api, namespace: a}
  spec: {selector: {app: api}, ports: [{port: 80}]}
- apiVersion: apps/v1
  kind: Deployment
  metadata: {name: api, namespace: b}
  spec: {template: {metadata: {labels: {app: api}}, spec: {containers: [{name: api, image: x}]}}}
)");
    EXPECT_THAT(hops(found), IsEmpty());
    ASSERT_THAT(found.topology.nodes, SizeIs(1));
    EXPECT_EQ(found.topology.nodes[0].id.value(), "service/a/api:80");
}

/// In the shape of the well-known sample shops: each service is named in the others' environment.
TEST(DiscoverManifests, FindsWhatTheEnvironmentNames)
{
    const Discovered found = read(R"(apiVersion: apps/v1
kind: Deployment
metadata: {name: frontend}
spec:
  template:
    metadata: {labels: {app: frontend}}
    spec:
      containers:
      - name: server
        image: frontend
        ports: [{containerPort: 8080}]
        env:
        - {name: CART_SERVICE_ADDR, value: "cart:7070"}
        - {name: DATABASE_URL, value: "postgres://shop:s3cret@db.data.svc.cluster.local/shop"}
        - {name: API_TOKEN, value: "cart:7070"}
        - {name: MODE, value: cart}
---
apiVersion: v1
kind: Service
metadata: {name: frontend-external}
spec: {type: LoadBalancer, selector: {app: frontend}, ports: [{name: http, port: 80, targetPort: 8080}]}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: cart}
spec: {template: {metadata: {labels: {app: cart}}, spec: {containers: [{name: server, image: cart, env: [{name: REDIS_ADDR, value: "redis-cart:6379"}]}]}}}
---
apiVersion: v1
kind: Service
metadata: {name: cart}
spec: {selector: {app: cart}, ports: [{name: grpc, port: 7070, targetPort: 7070}]}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: redis-cart}
spec: {template: {metadata: {labels: {app: redis-cart}}, spec: {containers: [{name: redis, image: "redis:alpine"}]}}}
---
apiVersion: v1
kind: Service
metadata: {name: redis-cart}
spec: {selector: {app: redis-cart}, ports: [{name: tcp-redis, port: 6379}]}
---
apiVersion: apps/v1
kind: StatefulSet
metadata: {name: db, namespace: data}
spec: {template: {metadata: {labels: {app: db}}, spec: {containers: [{name: db, image: "postgres:15.4"}]}}}
---
apiVersion: v1
kind: Service
metadata: {name: db, namespace: data}
spec: {clusterIP: None, selector: {app: db}, ports: [{port: 5432}]}
)");
    EXPECT_THAT(hops(found),
        UnorderedElementsAre("service/default/frontend-external:80>deployment/default/frontend:8080",
            "deployment/default/frontend:8080>deployment/default/cart:7070",
            "deployment/default/cart:7070>deployment/default/redis-cart:6379",
            "deployment/default/frontend:8080>statefulset/data/db:5432"));
    for (const model::Node& node : found.topology.nodes)
        if (node.object == "statefulset/data/db") {
            EXPECT_EQ(node.software, "postgresql");
            EXPECT_EQ(node.version, "15.4");
            EXPECT_EQ(node.kind, model::NodeKind::Database);
        }
    for (const model::Hop& hop : found.topology.hops)
        if (hop.to.value().find("cart:7070") != std::string::npos) {
            EXPECT_EQ(hop.protocol, model::Protocol::Grpc);
        }
}

TEST(DiscoverManifests, ReadsGatewayRoutesAndMeshRoutes)
{
    const Discovered found = read(deployment + service + R"(---
apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata: {name: edge}
spec: {gatewayClassName: envoy-gateway, listeners: [{name: http, port: 80, protocol: HTTP}]}
---
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: {name: web}
spec:
  parentRefs: [{name: edge}]
  hostnames: [shop.example]
  rules:
  - matches: [{path: {type: PathPrefix, value: /}}]
    backendRefs: [{name: web, port: 80}]
    timeouts: {request: 10s}
---
apiVersion: networking.istio.io/v1beta1
kind: VirtualService
metadata: {name: web}
spec:
  hosts: [web.example]
  gateways: [istio-system/public]
  http:
  - timeout: 1.5s
    route: [{destination: {host: web.default.svc.cluster.local, port: {number: 80}}}]
)");
    EXPECT_THAT(hops(found),
        UnorderedElementsAre("gateway/default/edge>deployment/default/web:3000",
            "gateway/istio-system/public>deployment/default/web:3000"));
    EXPECT_EQ(found.topology.hops[0].declared.timeouts.read, base::Milliseconds(10000));
    EXPECT_EQ(found.topology.hops[1].declared.timeouts.read, base::Milliseconds(1500));
}

TEST(DiscoverManifests, SaysWhichServiceOrPortIsMissing)
{
    const Discovered found = read(deployment + service + R"(---
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {name: x}
spec:
  rules:
  - http:
      paths:
      - {path: /a, pathType: Prefix, backend: {service: {name: nowhere, port: {number: 80}}}}
      - {path: /b, pathType: Prefix, backend: {service: {name: web, port: {number: 8080}}}}
)");
    std::vector<std::string> notes;
    for (const model::Node& node : found.topology.nodes)
        notes.push_back(node.note);
    EXPECT_THAT(notes, Contains("the service is not in these files"));
    EXPECT_THAT(notes, Contains("the service has no port 8080"));
}

TEST(DiscoverManifests, KeepsTheRestOfABrokenFile)
{
    const Discovered found = read(deployment + "---\napiVersion: v1\nkind: Service\nmetadata:\n  name: bad\n spec: [\n" + service);
    EXPECT_THAT(hops(found), Contains("service/default/web:80>deployment/default/web:3000"));
    ASSERT_FALSE(found.warnings.empty());
    EXPECT_EQ(found.warnings[0].place.file, "shop.yaml");
    EXPECT_THAT(found.warnings[0].place.line, ::testing::AllOf(::testing::Ge(18), ::testing::Le(20)));
}

TEST(DiscoverManifests, ReadsAChartThatIsNotRendered)
{
    const Discovered found = discoverOffline(
        { { "chart/Chart.yaml", "apiVersion: v2\nname: shop\nversion: 0.1.0\n" },
            { "chart/values.yaml", "service:\n  port: 8080\nimage: {repository: redis, tag: \"7.2\"}\n" },
            { "chart/templates/deployment.yaml", R"({{- if .Values.enabled }}
apiVersion: apps/v1
kind: Deployment
metadata:
  name: {{ include "shop.fullname" . }}
  labels:
    {{- include "shop.labels" . | nindent 4 }}
spec:
  selector:
    matchLabels:
      {{- include "shop.selectorLabels" . | nindent 6 }}
  template:
    metadata:
      labels:
        {{- include "shop.selectorLabels" . | nindent 8 }}
    spec:
      containers:
        - name: {{ .Chart.Name }}
          image: "{{ .Values.image.repository }}:{{ .Values.image.tag | default .Chart.AppVersion }}"
          ports:
            - name: http
              containerPort: {{ .Values.service.port }}
          {{- with .Values.resources }}
          resources:
            {{- toYaml . | nindent 12 }}
          {{- end }}
{{- end }}
)" },
            { "chart/templates/service.yaml", R"(apiVersion: v1
kind: Service
metadata:
  name: {{ include "shop.fullname" . }}
spec:
  type: {{ .Values.service.type | default "ClusterIP" }}
  ports:
    - port: {{ .Values.service.port }}
      targetPort: http
  selector:
    {{- include "shop.selectorLabels" . | nindent 4 }}
)" },
            { "chart/templates/_helpers.tpl", "{{- define \"shop.fullname\" -}}\n{{ .Release.Name }}\n{{- end }}\n" },
            { "chart/README.md", "apiVersion: and kind: of a chart" } },
        "");
    EXPECT_THAT(hops(found), ElementsAre("service/default/shop.fullname:8080>deployment/default/shop.fullname:8080"));
    EXPECT_EQ(found.topology.nodes[1].software, "redis");
    EXPECT_THAT(found.warnings, SizeIs(2));
    EXPECT_THAT(found.warnings[0].message, HasSubstr("not rendered"));
    EXPECT_EQ(found.warnings[0].place, (model::FilePlace { "chart/templates/deployment.yaml", 1 }));
}

TEST(DiscoverManifests, IsToldByContentAndNotByANginxInAConfigMap)
{
    const OfflineFile file { "web.yml", R"(apiVersion: v1
kind: ConfigMap
metadata: {name: web}
data:
  default.conf: |
    server {
      listen 80;
      location / { proxy_pass http://app:3000; }
    }
)" };
    EXPECT_EQ(softwareOfFiles({ file }), "kubernetes");
    EXPECT_THAT(hops(discoverOffline({ file }, "")), IsEmpty());
}

TEST(DiscoverManifests, SurvivesWindowsEndsAndMarksAndTabs)
{
    std::string text = "\xEF\xBB\xBF" + deployment + service;
    for (std::size_t at = 0; (at = text.find('\n', at)) != std::string::npos; at += 2)
        text.insert(at, "\r");
    EXPECT_THAT(hops(read(text)), ElementsAre("service/default/web:80>deployment/default/web:3000"));
    EXPECT_THAT(hops(read(deployment + "\t\n" + service + "\n...\n")), Contains("service/default/web:80>deployment/default/web:3000"));
}

namespace {
std::string deploymentNamed(const std::string& name, const std::string& more = {})
{
    return "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: " + name + "}\nspec:\n  selector: {matchLabels: {app: " + name
        + "}}\n  template:\n    metadata: {labels: {app: " + name + "}}\n    spec:\n      containers:\n        - name: app\n          image: example/" + name + "\n"
        + more + "---\napiVersion: v1\nkind: Service\nmetadata: {name: " + name + "}\nspec:\n  selector: {app: " + name
        + "}\n  ports: [{port: 80, targetPort: 8080}]\n";
}

const char* const ingressOfWeb = "apiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata: {name: in}\nspec:\n  rules:\n    - host: shop.example\n"
                                 "      http: {paths: [{path: /, pathType: Prefix, backend: {service: {name: web, port: {number: 80}}}}]}\n";
}

TEST(DiscoverManifests, BuildsAKustomizationWithItsNamespaceAndGeneratedSettings)
{
    const Discovered found = discoverOffline({ { "k8s/kustomization.yaml", R"(namespace: shop
resources: [web.yaml, in.yaml]
configMapGenerator:
  - name: settings
    literals: [DB_HOST=pg.internal, "DB_PORT=5432"]
    envs: [more.env]
)" },
                                                 { "k8s/more.env", "CART_URL=http://cart:80\n" },
                                                 { "k8s/web.yaml", deploymentNamed("web", "          envFrom: [{configMapRef: {name: settings}}]\n") + "---\n" + deploymentNamed("cart") },
                                                 { "k8s/in.yaml", ingressOfWeb } },
        "");
    EXPECT_THAT(hops(found), UnorderedElementsAre("ingress>deployment/shop/web:8080", "deployment/shop/web:8080>deployment/shop/cart:8080",
                                 "deployment/shop/web:8080>pg.internal:5432"));
}

TEST(DiscoverManifests, BuildsTheVariantNearestToProductionWithItsPatches)
{
    const std::string web = deploymentNamed("web", "          env: [{name: CART_URL, value: 'http://old:80'}, {name: DB_URL, value: 'postgres://db:5432/x'}]\n");
    const auto overlay = [](const std::string& name, const std::string& cart) {
        return std::vector<OfflineFile> { { "k8s/overlays/" + name + "/kustomization.yaml", "namespace: " + name + R"(
resources:
  - ../../base
patches:
  - path: web.yaml
  - target: {kind: Ingress}
    patch: |-
      - op: replace
        path: /spec/rules/0/host
        value: other.example
)" },
            { "k8s/overlays/" + name + "/web.yaml",
                "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web}\nspec:\n  template:\n    spec:\n      containers:\n        - name: app\n          env:\n            - {name: CART_URL, value: 'http://"
                    + cart + ":80'}\n" } };
    };
    std::vector<OfflineFile> files { { "k8s/base/kustomization.yaml", "resources: [web.yaml, cart.yaml, in.yaml]\n" }, { "k8s/base/web.yaml", web },
        { "k8s/base/cart.yaml", deploymentNamed("cart") }, { "k8s/base/in.yaml", ingressOfWeb } };
    for (const auto& [name, cart] : { std::pair("dev", "nowhere"), std::pair("production", "cart") })
        for (OfflineFile& file : overlay(name, cart))
            files.push_back(std::move(file));
    const Discovered found = discoverOffline(files, "");
    EXPECT_THAT(hops(found), UnorderedElementsAre("ingress>deployment/production/web:8080", "deployment/production/web:8080>deployment/production/cart:8080",
                                 "deployment/production/web:8080>db:5432"));
    ASSERT_THAT(found.warnings, SizeIs(1));
    EXPECT_THAT(found.warnings[0].message, HasSubstr("another variant of what k8s/overlays/production/kustomization.yaml builds"));
    EXPECT_EQ(found.warnings[0].place.file, "k8s/overlays/dev/kustomization.yaml");
}

TEST(DiscoverManifests, ReadsTwoApplicationsThatShareALittle)
{
    std::vector<OfflineFile> files { { "common/kustomization.yaml", "resources: [ns.yaml]\n" }, { "common/ns.yaml", "apiVersion: v1\nkind: Namespace\nmetadata: {name: x}\n" } };
    for (const std::string name : { "one", "two" }) {
        files.push_back({ name + "/kustomization.yaml", "resources: [../common, a.yaml, b.yaml, https://example.org/far.yaml, ../../../../out.yaml]\n" });
        files.push_back({ name + "/a.yaml", deploymentNamed(name) });
        files.push_back({ name + "/b.yaml", deploymentNamed(name + "b") });
    }
    EXPECT_THAT(hops(discoverOffline(files, "")), SizeIs(4));
}

TEST(DiscoverManifests, EndsWithKustomizationsThatNameThemselves)
{
    EXPECT_THAT(hops(discoverOffline({ { "a/kustomization.yaml", "resources: [../b, web.yaml]\n" }, { "b/kustomization.yaml", "resources: [../a]\npatches: [{patch: '[1, 2'}, 7]\n" },
                                         { "a/web.yaml", deploymentNamed("web") }, { "c/kustomization.yaml", "- odd\n" } },
                    "")),
        SizeIs(::testing::Le(1U)));
}

TEST(DiscoverManifests, DrawsAServiceThatNobodyCallsOnlyWhereThereIsNoOtherWayIn)
{
    const std::string both = deploymentNamed("web") + "---\n" + deploymentNamed("idle") + "---\n";
    const Discovered found = discoverOffline({ { "all.yaml", both + ingressOfWeb } }, "");
    EXPECT_THAT(hops(found), ElementsAre("ingress>deployment/default/web:8080"));
    EXPECT_NE(found.topology.node(base::NodeId("deployment/default/idle:8080")), nullptr);
    EXPECT_THAT(hops(discoverOffline({ { "all.yaml", both } }, "")), SizeIs(2));
}

TEST(DiscoverManifests, NamesAddressesOfCommandsAndApisElsewhere)
{
    const Discovered found = discoverOffline({ { "all.yaml",
                                                 deploymentNamed("web", "          args: [--upstream=http://cart:80/x, '--port=80']\n          env: [{name: FOOD_BASE_URL, value: 'https://world.food.example2'}, "
                                                                        "{name: MY_BASE_URL, value: 'https://www.shop.example'}, {name: PAY_API_URL, value: 'https://api.pay.test'}]\n")
                                                     + "---\n" + deploymentNamed("cart") + "---\n"
                                                     + std::string("apiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata: {name: in}\nspec:\n  rules:\n    - host: www.shop.example\n"
                                                                   "      http: {paths: [{path: /, pathType: Prefix, backend: {service: {name: web, port: {number: 80}}}}]}\n") } },
        "");
    EXPECT_THAT(hops(found), UnorderedElementsAre("ingress>deployment/default/web:8080", "deployment/default/web:8080>deployment/default/cart:8080",
                                 "deployment/default/web:8080>world.food.example2:443", "deployment/default/web:8080>api.pay.test:443"));
}

TEST(DiscoverManifests, ReadsTheSpringConfigurationBesideAManifest)
{
    const Discovered found = discoverOffline({ { "k8s/all.yaml", deploymentNamed("orders", "          env: [{name: DB_HOST, value: pg.internal}]\n") + "---\n" + deploymentNamed("stock") },
                                                 { "orders/src/main/resources/application.properties",
                                                     "spring.datasource.url=jdbc:postgresql://${DB_HOST:localhost}:5432/orders\nstock.url = http://stock:80\nserver.port=8080\n" } },
        "");
    EXPECT_THAT(hops(found), ::testing::IsSupersetOf({ "deployment/default/orders:8080>pg.internal:5432", "deployment/default/orders:8080>deployment/default/stock:8080" }));
}

TEST(DiscoverManifests, NamesBrokersAndDatabasesElsewhereByTheirUrls)
{
    const Discovered found = discoverOffline({ { "all.yaml",
                                                 deploymentNamed("web", "          env: [{name: JDBC, value: 'jdbc:mysql://my.internal:3306/x?a=b'}, {name: BROKER_URL, value: 'tcp://mq.internal:61616'}, "
                                                                        "{name: LISTEN_URL, value: 'tcp://all.internal:9000'}]\n") } },
        "");
    EXPECT_THAT(hops(found), UnorderedElementsAre("service/default/web:80>deployment/default/web:8080", "deployment/default/web:8080>my.internal:3306",
                                 "deployment/default/web:8080>mq.internal:61616"));
}

TEST(DiscoverManifests, EndsSoonWithKustomizationsThatMultiply)
{
    std::string tenfold;
    for (int i = 0; i < 1000; ++i)
        tenfold += "  - ../NEXT\n";
    std::vector<OfflineFile> files { { "z/web.yaml", deploymentNamed("web") }, { "z/kustomization.yaml", "resources: [web.yaml]\n" } };
    for (int i = 0; i < 20; ++i) {
        std::string list = tenfold;
        for (std::size_t at = 0; (at = list.find("NEXT", at)) != std::string::npos;)
            list.replace(at, 4, i == 19 ? "z" : "l" + std::to_string(i + 1));
        files.push_back({ "l" + std::to_string(i) + "/kustomization.yaml", "resources:\n" + list + "patches:\n  - {target: {name: '(((.*'}, patch: '[{op: add, path: /spec/x/-, value: 1}]'}\n" });
    }
    discoverOffline(files, ""); // it comes back
    const Discovered patched = discoverOffline({ { "kustomization.yaml", R"(resources: [web.yaml, in.yaml]
patches:
  - target: {kind: Deploy.*, name: w.*}
    patch: |-
      - {op: add, path: /spec/template/spec/containers/0/env, value: [{name: CART_URL, value: "http://cart:80"}]}
      - {op: remove, path: /metadata/nothing/here}
      - {op: replace, path: /spec/template/spec/containers/7/name, value: x}
      - {op: test, path: /a~1b/~0c, value: x}
)" },
                                                    { "web.yaml", deploymentNamed("web") + "---\n" + deploymentNamed("cart") }, { "in.yaml", ingressOfWeb } },
        "");
    EXPECT_THAT(hops(patched), UnorderedElementsAre("ingress>deployment/default/web:8080", "deployment/default/web:8080>deployment/default/cart:8080"));
}

}
}

# The cluster as kubectl shows it: plain reads of lists; a kind that is absent or denied fails alone. No secrets and no
# config maps are read. Goes behind kubectl.sh.
groups=$(ask get --raw /apis 2>&1) || {
    out=$groups
    words=$(printf '%s\n' "$out" | grep -v '^[EIW][0-9]' | head -n 3)
    [ -n "$words" ] || words=$(printf '%s\n' "$out" | tail -n 1)
    case $words in
    *localhost:8080*) [ -n "$chosen" ] || missing kubectl ;;
    *Unauthorized*|*'must be logged in'*|*'ertificate has expired'*) denied "the cluster does not accept kubectl's login here: $(printf '%s' "$words" | tr '\n' ' '); renew it" ;;
    esac
    printf '%s\n' "$words" >&2
    exit 1
}
echo "@@ kubectl"
plain=${kube#priv } plain=${plain#as_user }
printf 'command=%s\nkubeconfig=%s\n' "$plain" "$kubeconfig"
view=$(ask config view --minify -o 'jsonpath={.clusters[0].cluster.server}{"|"}{.contexts[0].name}{"|"}{.contexts[0].context.namespace}' 2>/dev/null)
own=${view##*|}
[ -n "$own" ] || own=default
printf 'server=%s\n' "${view%%|*}"
view=${view#*|}
printf 'context=%s\nnamespace=%s\n' "${view%%|*}" "$own"

page() { # PATH KIND QUERY: one list, all its pages, each on a line
    next='' pages=0
    while [ $pages -lt 6 ]; do
        out=$(ask get --raw "$1/$2?limit=500$3${next:+&continue=$next}" 2>&1) || return 1
        printf '@@ list %s\n' "$2"
        printf '%s\n' "$out" | clean
        head=${out%%'"items"'*}
        case $head in *'"continue":"'?*) next=${head##*'"continue":"'} next=${next%%'"'*} ;; *) return 0 ;; esac
        [ -n "$next" ] || return 0
        pages=$((pages + 1))
    done
    echo "@@ cut $2"
}
list() { # PATH KIND [QUERY]; where all namespaces are denied, the user's own
    page "$1" "$2" "$3" && return
    case $out in
    *Forbidden*|*forbidden*)
        words=$out
        if page "$1/namespaces/$own" "$2" "$3"; then echo "@@ only $2"; else printf '@@ denied %s\n %s\n' "$2" "$(printf '%s\n' "$words" | tail -n 1)"; fi ;;
    *NotFound*|*'could not find'*) echo "@@ absent $2" ;;
    *) printf '@@ failed %s\n %s\n' "$2" "$(printf '%s\n' "$out" | tail -n 1)" ;;
    esac
}
# Four at a time and in order: each asks first, then lets those before it through.
beside() { mine=$(list "$@"); cat; printf '%s\n' "$mine"; }
version_of() {
    for version in v1 v1beta3 v1beta2 v1beta1 v1alpha3 v1alpha2 v1alpha1; do
        case $groups in *"\"$1/$version\""*) echo "/apis/$1/$version"; return ;; esac
    done
    return 1
}
: | beside /api/v1 services | beside /apis/discovery.k8s.io/v1 endpointslices | beside /apis/networking.k8s.io/v1 ingresses \
    | beside /api/v1 pods '&fieldSelector=status.phase%21%3DSucceeded'
: | beside /apis/networking.k8s.io/v1 ingressclasses | beside /apis/apps/v1 deployments | beside /apis/apps/v1 statefulsets \
    | beside /api/v1 nodes
: | beside /api/v1 namespaces | beside /apis/networking.k8s.io/v1 networkpolicies \
    | beside /api/v1 events '&fieldSelector=type%3DWarning'
case $groups in *'"discovery.k8s.io/v1"'*) ;; *) list /api/v1 endpoints ;; esac
case $groups in *'"networking.k8s.io/v1"'*) ;; *) list /apis/networking.k8s.io/v1beta1 ingresses ;; esac
if at=$(version_of gateway.networking.k8s.io); then
    : | beside "$at" gateways | beside "$at" httproutes | beside "$at" grpcroutes
fi
if at=$(version_of networking.istio.io); then
    : | beside "$at" virtualservices | beside "$at" destinationrules | beside "$at" gateways | beside "$at" serviceentries
fi
if at=$(version_of security.istio.io); then
    : | beside "$at" peerauthentications | beside "$at" authorizationpolicies
fi
if at=$(version_of policy.linkerd.io); then
    # its kinds came one after the other, each in a version of its own
    for kind in servers serverauthorizations authorizationpolicies meshtlsauthentications httproutes; do
        for version in v1 v1beta3 v1beta2 v1beta1 v1alpha1; do
            case $groups in *"\"policy.linkerd.io/$version\""*) ;; *) continue ;; esac
            got=$(list "/apis/policy.linkerd.io/$version" $kind)
            case $got in "@@ absent"*) ;; *) printf '%s\n' "$got"; break ;; esac
        done
    done
fi
case $groups in *'"traefik.io/v1alpha1"'*) list /apis/traefik.io/v1alpha1 ingressroutes ;; esac
list /apis/apps/v1 replicasets
echo "@@ kubectl"
printf 'version=%s\n' "$(ask get --raw /version 2>/dev/null | tr -d '\n' | sed -n 's/.*"gitVersion": *"\([^"]*\)".*/\1/p')"
exit 0

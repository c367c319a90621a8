# How kubectl is called here. Only with verbs that read, and by "get --raw": and no cache is written.
# $kubeconfig and $context are the profile's choice; empty ones leave it to kubectl.
kube='' chosen=$kubeconfig
as_user() { as "$HOPSCOPE_USER" env "HOME=$HOPSCOPE_HOME" "$@"; }
config=${KUBECONFIG:-$HOPSCOPE_HOME/.kube/config}
if have kubectl && { [ -n "$kubeconfig" ] || [ -r "${config%%:*}" ]; }; then kube='as_user kubectl'
elif have k3s && [ -e /etc/rancher/k3s/k3s.yaml ]; then kube='priv k3s kubectl'
elif have kubectl && [ -e /etc/kubernetes/admin.conf ]; then kube='priv kubectl' kubeconfig=/etc/kubernetes/admin.conf
elif have kubectl && [ -e /etc/rancher/k3s/k3s.yaml ]; then kube='priv kubectl' kubeconfig=/etc/rancher/k3s/k3s.yaml
elif have microk8s; then kube='priv microk8s kubectl'
else missing kubectl; fi
ask() { $kube ${kubeconfig:+--kubeconfig="$kubeconfig"} ${context:+--context="$context"} --request-timeout=5s --cache-dir=/dev/null "$@" </dev/null; }
# Values that open doors never leave the host.
clean() {
    sed -E -e 's/,"managedFields":\[[^]]*\]}/}/g' \
        -e 's/("kubectl\.kubernetes\.io\/last-applied-configuration":")([^"\\]|\\.)*"/\1"/g' \
        -e 's/("name":"[^"]*(pass|pwd|secret|token|credential|private|key)[^"]*","value":")([^"\\]|\\.)*"/\1***"/Ig' \
        -e 's/("--?[a-z-]*(password|passwd|secret|token|key)[a-z-]*",")([^"\\]|\\.)*"/\1***"/Ig' \
        -e 's/((password|passwd|passphrase|secret|token|api[-_]?key|access[-_]?key)s?=)([^] "\\&,]+)/\1***/Ig' \
        -e 's#(://[^:/@" ]*:)[^@/" ]+@#\1***@#g'
}

package io.jenkins.plugins.canary.engine.traffic.kubernetes.api;

/** Names one object in a cluster. */
public record ObjectRef(Kind kind, String namespace, String name) {

    public String path() {
        return kind.path(namespace) + "/" + Kind.encoded(name);
    }

    /** Another object in the same namespace. */
    public ObjectRef beside(Kind other, String itsName) {
        return new ObjectRef(other, namespace, itsName);
    }

    /** {@code HTTPRoute shop/api}. */
    @Override
    public String toString() {
        return kind.name() + " " + namespace + "/" + name;
    }
}

/**
 * A place that variables of the environment under test come from: an environment file (its path alone), a file of a systemd unit's
 * `EnvironmentFile=`, a service of a Compose file (`FILE#SERVICE`), a container of a Kubernetes manifest (`FILE#NAME[/CONTAINER]`).
 */
export type EnvironmentSource = string | { readonly systemd: string } | { readonly compose: string } | { readonly k8s: string }

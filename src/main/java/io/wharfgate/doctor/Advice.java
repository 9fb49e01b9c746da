package io.wharfgate.doctor;

import static io.wharfgate.doctor.Place.APACHE;
import static io.wharfgate.doctor.Place.HAPROXY;
import static io.wharfgate.doctor.Place.NGINX;
import static io.wharfgate.doctor.Place.REGISTRY;
import static io.wharfgate.doctor.Place.TRAEFIK;
import static io.wharfgate.doctor.Place.WHARFGATE;

import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/**
 * What to change: the cause in a sentence, and the lines for each program that can be at fault. Lines that cannot be said
 * outright, as when one has to go, are comments in the program's own syntax, so that all of them can be pasted.
 *
 * <p>Long, since it is the table of all there is to say.
 */
public enum Advice {
    ADDRESS("Enter the name into the DNS, or into /etc/hosts of the clients, or mind its spelling."),
    CONNECT(
            "Nothing takes connections there. Is the server up, does it listen on this address (not on 127.0.0.1 alone), and does"
                    + " every firewall in between let the port through?",
            NGINX.lines("# in the server:", "listen 443 ssl;", "listen [::]:443 ssl;"),
            HAPROXY.lines(
                    "# in the frontend:",
                    "bind :443 ssl crt /etc/haproxy/registry.pem",
                    "bind :::443 v6only ssl crt /etc/haproxy/registry.pem"),
            APACHE.lines("Listen 443"),
            TRAEFIK.lines("# static configuration:", "entryPoints:", "  websecure:", "    address: \":443\""),
            WHARFGATE.lines("server:", "  listen: 0.0.0.0:5443")),
    PLAIN_HTTP(
            "The port speaks plain HTTP where clients begin with TLS. Switch TLS on there, or give the port that has it.",
            NGINX.lines(
                    "# in the server:",
                    "listen 443 ssl;",
                    "ssl_certificate /etc/ssl/registry/fullchain.pem;",
                    "ssl_certificate_key /etc/ssl/registry/privkey.pem;"),
            HAPROXY.lines("# in the frontend:", "bind :443 ssl crt /etc/haproxy/registry.pem"),
            APACHE.lines(
                    "# in the VirtualHost:",
                    "SSLEngine on",
                    "SSLCertificateFile /etc/ssl/registry/fullchain.pem",
                    "SSLCertificateKeyFile /etc/ssl/registry/privkey.pem"),
            TRAEFIK.lines("# on the router:", "tls: {}"),
            REGISTRY.lines(
                    "http:",
                    "  tls:",
                    "    certificate: /etc/ssl/registry/fullchain.pem",
                    "    key: /etc/ssl/registry/privkey.pem"),
            WHARFGATE.lines(
                    "tls:",
                    "  certificate: /etc/wharfgate/tls/fullchain.pem",
                    "  key: /etc/wharfgate/tls/privkey.pem")),
    HANDSHAKE(
            "TLS begins and does not succeed. Mind that the certificate is there for this name (SNI), that it has its key, and that"
                    + " TLS 1.2 or 1.3 is on; the server's error log says which.",
            NGINX.lines("ssl_protocols TLSv1.2 TLSv1.3;", "ssl_ciphers DEFAULT;"),
            HAPROXY.lines("# in global:", "ssl-default-bind-options ssl-min-ver TLSv1.2"),
            APACHE.lines("SSLProtocol -all +TLSv1.2 +TLSv1.3"),
            TRAEFIK.lines("tls:", "  options:", "    default:", "      minVersion: VersionTLS12")),
    UNENCRYPTED(
            "Passwords and images go over the line in the clear, and docker talks so only to hosts that are listed as insecure."
                    + " Put TLS in front of it, then ask https://."),
    CERTIFICATE_NAMES(
            "Clients compare the name in the image's address with the certificate's subject alternative names. Get a certificate for"
                    + " this name, or let clients use a name that is in it.",
            WHARFGATE.lines(
                    "# for a certificate of its own making; the old one below tls/ has to go first:",
                    "tls:",
                    "  self-signed: [registry.example.com, localhost]")),
    CERTIFICATE_EXPIRED(
            "Renew the certificate, and let the server read the new file: proxies do so when they are reloaded only.",
            NGINX.lines("# after the renewal, for example as certbot's --deploy-hook:", "# nginx -s reload"),
            HAPROXY.lines("# after the renewal: systemctl reload haproxy"),
            APACHE.lines("# after the renewal: apachectl graceful"),
            TRAEFIK.lines("# file provider with watch: true, or a certificatesResolvers entry that renews by itself"),
            WHARFGATE.lines(
                    "# put the new files in place of tls.certificate and tls.key: they are read within seconds")),
    CERTIFICATE_EARLY(
            "The certificate is valid in the future only: one of the clocks, here or where it was issued, is wrong."),
    CHAIN(
            "The server sends its certificate without the intermediate that leads to the authority. Browsers find it elsewhere, docker"
                    + " and podman do not. Configure the file with the whole chain (fullchain.pem): leaf first, then each intermediate.",
            NGINX.lines("ssl_certificate /etc/ssl/registry/fullchain.pem;"),
            HAPROXY.lines(
                    "# one file: leaf, intermediates, key:",
                    "# cat fullchain.pem privkey.pem > /etc/haproxy/registry.pem",
                    "bind :443 ssl crt /etc/haproxy/registry.pem"),
            APACHE.lines("SSLCertificateFile /etc/ssl/registry/fullchain.pem"),
            TRAEFIK.lines(
                    "tls:",
                    "  certificates:",
                    "    - certFile: /etc/ssl/registry/fullchain.pem",
                    "      keyFile: /etc/ssl/registry/privkey.pem"),
            REGISTRY.lines("http:", "  tls:", "    certificate: /etc/ssl/registry/fullchain.pem"),
            WHARFGATE.lines("tls:", "  certificate: /etc/wharfgate/tls/fullchain.pem")),
    CHAIN_ORDER(
            "Strict clients want each certificate to be followed by the one that issued it, and nothing else. Write the file anew: leaf first."),
    UNTRUSTED(
            "No authority that is trusted here vouches for the certificate. If it is your own authority's, give its file here with"
                    + " --ca FILE, and tell every client: wharfgate cert trust --host HOST:PORT --ca FILE docker | sudo sh."
                    + " To see the other checks in spite of it: --insecure."),
    OLD_TLS(
            "TLS 1.0 and 1.1 are broken and nobody's docker needs them. Allow 1.2 and 1.3 only.",
            NGINX.lines("ssl_protocols TLSv1.2 TLSv1.3;"),
            HAPROXY.lines("# in global:", "ssl-default-bind-options ssl-min-ver TLSv1.2"),
            APACHE.lines("SSLProtocol -all +TLSv1.2 +TLSv1.3"),
            TRAEFIK.lines("tls:", "  options:", "    default:", "      minVersion: VersionTLS12"),
            REGISTRY.lines("http:", "  tls:", "    minimumtls: tls1.2")),
    PLAIN_ON_TLS(
            "docker tries plain HTTP on the port too, and waits for as long as it gets no answer. Answer 400, or close."),
    CLOCK(
            "Let both machines take the time from the net: timedatectl set-ntp true. Tokens are refused when clocks differ."),
    NOT_A_REGISTRY(
            "What answers at /v2/ is no registry. The proxy has to pass on /v2/ and all below it, as it is, without a redirect.",
            NGINX.lines(
                    "# in the server:",
                    "location / {",
                    "  proxy_pass http://127.0.0.1:5000;  # no path behind the port",
                    "  proxy_set_header Host $http_host;",
                    "  proxy_set_header X-Forwarded-Proto $scheme;",
                    "}"),
            HAPROXY.lines("# in the frontend:", "use_backend registry if { path /v2 } or { path_beg /v2/ }"),
            APACHE.lines("ProxyPass / http://127.0.0.1:5000/ nocanon", "ProxyPassReverse / http://127.0.0.1:5000/"),
            TRAEFIK.lines(
                    "http:",
                    "  routers:",
                    "    registry:",
                    "      rule: Host(`registry.example.com`)",
                    "      service: registry",
                    "      # and no stripPrefix or replacePath middleware")),
    BACKEND(
            "The proxy is there and the registry behind it is not: is it up, at the address that the proxy knows, and in plain HTTP or"
                    + " HTTPS as the proxy believes? Ask it from the proxy's machine: curl -i http://127.0.0.1:5000/v2/",
            NGINX.lines("proxy_pass http://127.0.0.1:5000;   # https:// if the registry itself has TLS"),
            HAPROXY.lines(
                    "# in the backend:",
                    "server registry 127.0.0.1:5000   # and: ssl verify required ca-file FILE, if the registry itself has TLS"),
            APACHE.lines("ProxyPass / http://127.0.0.1:5000/ nocanon"),
            TRAEFIK.lines(
                    "services:",
                    "  registry:",
                    "    loadBalancer:",
                    "      servers: [{url: \"http://127.0.0.1:5000\"}]")),
    USE_HTTPS("The server wants HTTPS, and clients do not change over in the middle of a push. Ask https:// instead."),
    OPEN(
            "Nobody is asked for a login: whoever reaches the port may read everything, and write it. docker never sends a login to such"
                    + " a server.",
            NGINX.lines(
                    "# unless the registry asks itself:",
                    "auth_basic \"Registry\";",
                    "auth_basic_user_file /etc/nginx/registry.htpasswd;"),
            HAPROXY.lines(
                    "# unless the registry asks itself, in the frontend:",
                    "http-request auth realm Registry unless { http_auth(users) }"),
            APACHE.lines(
                    "# unless the registry asks itself:",
                    "<Location /v2/>",
                    "  AuthType Basic",
                    "  AuthName Registry",
                    "  AuthUserFile /etc/apache2/registry.htpasswd",
                    "  Require valid-user",
                    "</Location>"),
            TRAEFIK.lines(
                    "http:",
                    "  middlewares:",
                    "    login:",
                    "      basicAuth: {usersFile: /etc/traefik/registry.htpasswd}"),
            REGISTRY.lines("auth:", "  htpasswd: {realm: Registry, path: /etc/docker/registry/htpasswd}")),
    OPEN_BELOW(
            "/v2/ asks for a login and what lies below it does not. The login has to cover every path.",
            NGINX.lines(
                    "location /v2/ {   # not: location = /v2/",
                    "  auth_basic \"Registry\";",
                    "  auth_basic_user_file /etc/nginx/registry.htpasswd;",
                    "}"),
            HAPROXY.lines(
                    "http-request auth realm Registry unless { http_auth(users) }   # without a condition on the path"),
            APACHE.lines(
                    "<Location /v2/>   # not <Location /v2>, not LocationMatch ^/v2/$",
                    "  Require valid-user",
                    "</Location>"),
            TRAEFIK.lines("# one router for the whole host, with the basicAuth middleware")),
    CHALLENGE(
            "A 401 carries exactly one WWW-Authenticate, Basic or Bearer: docker mixes several up. Let one place ask for the login,"
                    + " the registry or the proxy.",
            NGINX.lines("# the registry asks:", "auth_basic off;", "# and no add_header WWW-Authenticate"),
            HAPROXY.lines(
                    "# the registry asks: remove 'http-request auth' and 'http-response add-header WWW-Authenticate'"),
            APACHE.lines(
                    "# the registry asks:",
                    "<Location /v2/>",
                    "  AuthType None",
                    "  Require all granted",
                    "</Location>",
                    "# and no 'Header add WWW-Authenticate'"),
            TRAEFIK.lines("# the registry asks: remove the basicAuth and digestAuth middlewares of the router"),
            REGISTRY.lines("# the proxy asks: remove the section auth")),
    API_VERSION(
            "Clients know a registry by Docker-Distribution-Api-Version: registry/2.0, on a 401 too. Something on the way leaves it out.",
            NGINX.lines(
                    "proxy_hide_header Docker-Distribution-Api-Version;",
                    "add_header Docker-Distribution-Api-Version registry/2.0 always;"),
            HAPROXY.lines(
                    "# in the frontend:",
                    "http-after-response set-header Docker-Distribution-Api-Version registry/2.0"),
            APACHE.lines(
                    "# a2enmod headers",
                    "Header onsuccess unset Docker-Distribution-Api-Version",
                    "Header always set Docker-Distribution-Api-Version registry/2.0"),
            TRAEFIK.lines(
                    "http:",
                    "  middlewares:",
                    "    registry-version:",
                    "      headers:",
                    "        customResponseHeaders: {Docker-Distribution-Api-Version: registry/2.0}")),
    REALM(
            "Clients take their login to the realm of the Bearer challenge. It has to be a URL that they reach, in HTTPS, under the name and"
                    + " port that they use. The registry makes it of its configuration, or of Host and X-Forwarded-Proto.",
            NGINX.lines("proxy_set_header Host $http_host;", "proxy_set_header X-Forwarded-Proto $scheme;"),
            HAPROXY.lines("# in the frontend:", "http-request set-header X-Forwarded-Proto https if { ssl_fc }"),
            APACHE.lines("# a2enmod headers", "ProxyPreserveHost On", "RequestHeader set X-Forwarded-Proto https"),
            TRAEFIK.lines("# on the service:", "loadBalancer:", "  passHostHeader: true"),
            REGISTRY.lines("auth:", "  token: {realm: https://auth.example.com/token}"),
            WHARFGATE.lines(
                    "server:", "  external-url: https://registry.example.com", "  trusted-proxies: [127.0.0.1/32]")),
    TOKEN(
            "The token service of the challenge gives no token. If the registry issues its tokens itself, as Wharfgate does at /auth/token,"
                    + " the proxy has to pass that path on too.",
            NGINX.lines(
                    "location /auth/token {",
                    "  proxy_pass http://127.0.0.1:5000;",
                    "  proxy_set_header Host $http_host;",
                    "  proxy_set_header X-Forwarded-Proto $scheme;",
                    "}"),
            HAPROXY.lines("# in the frontend:", "use_backend registry if { path /auth/token }"),
            APACHE.lines("ProxyPass /auth/token http://127.0.0.1:5000/auth/token nocanon"),
            TRAEFIK.lines("rule: Host(`registry.example.com`) && (PathPrefix(`/v2/`) || Path(`/auth/token`))")),
    LOGIN(
            "The login is refused. If the password is right, two places ask for one, with different users, or Authorization does not get"
                    + " through to the one that does.",
            NGINX.lines(
                    "# the registry asks:", "auth_basic off;", "proxy_set_header Authorization $http_authorization;"),
            HAPROXY.lines(
                    "# the registry asks: remove 'http-request auth' and 'http-request del-header authorization'"),
            APACHE.lines(
                    "# the registry asks:",
                    "<Location /v2/>",
                    "  AuthType None",
                    "  Require all granted",
                    "</Location>",
                    "# and no 'RequestHeader unset Authorization'"),
            TRAEFIK.lines("# the registry asks: remove the basicAuth middleware; with it, removeHeader: false"),
            REGISTRY.lines("# the proxy asks: remove the section auth"),
            WHARFGATE.lines("# is it known here, and is it this password?", "# wharfgate user check NAME")),
    RIGHTS(
            "The user may not do this in the scratch repository. Give him the right, name a repository where he has it with"
                    + " --repository, or look only with --read-only.",
            WHARFGATE.lines(
                    "# in access.yaml; NAME is the user:",
                    "rules:",
                    "  - users: NAME",
                    "    repositories: \"wharfgate-doctor/**\"",
                    "    actions: all")),
    UPLOAD(
            "The registry does not take an upload. Its own log says why: a full or read-only storage, a missing right, an unreachable store."),
    FORWARDED_PROTO(
            "The registry tells clients to go on in the wrong scheme, as it does not know that the proxy speaks TLS.",
            NGINX.lines(
                    "proxy_set_header Host $http_host;",
                    "proxy_set_header X-Forwarded-Proto $scheme;   # https, if TLS ends in front of this nginx"),
            HAPROXY.lines("# in the frontend:", "http-request set-header X-Forwarded-Proto https if { ssl_fc }"),
            APACHE.lines("# a2enmod headers", "ProxyPreserveHost On", "RequestHeader set X-Forwarded-Proto https"),
            TRAEFIK.lines(
                    "# Traefik sends it; behind another proxy it needs:",
                    "entryPoints:",
                    "  websecure:",
                    "    forwardedHeaders: {trustedIPs: [10.0.0.1/32]}"),
            REGISTRY.lines("http:", "  relativeurls: true"),
            WHARFGATE.lines(
                    "server:", "  external-url: https://registry.example.com", "  trusted-proxies: [127.0.0.1/32]")),
    FORWARDED_HOST(
            "The registry tells clients to go on at another host or port than they used, as the proxy does not pass on their Host.",
            NGINX.lines(
                    "proxy_set_header Host $http_host;   # $host leaves the port out, $proxy_host is the registry's own",
                    "proxy_set_header X-Forwarded-Proto $scheme;"),
            HAPROXY.lines(
                    "# HAProxy passes Host on as it is: remove 'http-request set-header Host' and 'set-header X-Forwarded-Host'"),
            APACHE.lines("ProxyPreserveHost On", "RequestHeader set X-Forwarded-Proto https"),
            TRAEFIK.lines("# on the service:", "loadBalancer:", "  passHostHeader: true"),
            REGISTRY.lines("http:", "  relativeurls: true"),
            WHARFGATE.lines("server:", "  external-url: https://registry.example.com")),
    PATH_PREFIX(
            "A registry has no path before /v2/: clients cannot be told of one, and the proxy may neither add nor strip one.",
            NGINX.lines("location /v2/ {", "  proxy_pass http://127.0.0.1:5000;  # no path behind the port", "}"),
            HAPROXY.lines("# remove 'http-request set-path' and 'replace-path'"),
            APACHE.lines("ProxyPass / http://127.0.0.1:5000/ nocanon"),
            TRAEFIK.lines("# remove the stripPrefix, addPrefix and replacePath middlewares"),
            REGISTRY.lines("http:", "  prefix: \"\"")),
    BODY_LIMIT(
            "A limit on bodies: a layer is sent in one, and may have gigabytes.",
            NGINX.lines("client_max_body_size 0;"),
            HAPROXY.lines(
                    "# HAProxy has no limit of its own: remove 'http-request deny' on req.body_size or content-length"),
            APACHE.lines("LimitRequestBody 0", "# with mod_security, for this host: SecRequestBodyAccess Off"),
            TRAEFIK.lines("# remove maxRequestBodyBytes, best the whole buffering middleware, from the router")),
    CHUNKED(
            "docker sends layers chunked, without a length. The proxy refuses that, or has to buffer it for an HTTP/1.0 connection.",
            NGINX.lines("proxy_http_version 1.1;", "proxy_request_buffering off;", "chunked_transfer_encoding on;"),
            HAPROXY.lines(
                    "# remove 'http-request deny' and 'wait-for-body' on transfer-encoding, and 'option http-buffer-request'"),
            APACHE.lines(
                    "# a2enmod proxy_http; and no such line: SetEnv proxy-sendcl, SetEnv force-proxy-request-1.0",
                    "SetEnv proxy-sendchunked 1",
                    "# with mod_security, for this host: SecRequestBodyAccess Off"),
            TRAEFIK.lines("# remove the buffering middleware from the router")),
    BUFFERING(
            "The proxy stores a whole layer before the registry sees its first byte: a push takes twice as long, fills the proxy's disk,"
                    + " and can run into a timeout at its end.",
            NGINX.lines("proxy_http_version 1.1;", "proxy_request_buffering off;"),
            HAPROXY.lines("no option http-buffer-request", "# and no 'http-request wait-for-body'"),
            APACHE.lines("# no such line: SetEnv proxy-sendcl", "SetEnv proxy-sendchunked 1"),
            TRAEFIK.lines("# remove the buffering middleware from the router")),
    PATCH(
            "Uploads in several chunks (PATCH with Content-Range) do not work: large pushes cannot be resumed. Let PATCH, PUT and its fields through.",
            NGINX.lines("# remove limit_except, and proxy_set_header Content-Range"),
            HAPROXY.lines("# remove 'http-request deny' on method, and 'del-header content-range'"),
            APACHE.lines("# remove <Limit>, <LimitExcept>, AllowMethods, and 'RequestHeader unset Content-Range'"),
            TRAEFIK.lines("# remove Method() from the router's rule")),
    EXPECT(
            "Some clients wait for 100 Continue before they send a body, and lose a second, or the upload, without it.",
            NGINX.lines("# nginx answers it by itself: look at what stands in front of it"),
            HAPROXY.lines("# remove 'http-request del-header expect'"),
            APACHE.lines("Proxy100Continue On", "# and no 'RequestHeader unset Expect'"),
            TRAEFIK.lines("# Traefik answers it by itself: look at what stands in front of it")),
    QUERY(
            "Escaped characters of a query do not arrive as they were sent: the proxy decodes what it passes on.",
            NGINX.lines("proxy_pass http://127.0.0.1:5000;  # no path behind the port, no rewrite, no $args"),
            HAPROXY.lines("# remove 'http-request normalize-uri' and 'set-query'"),
            APACHE.lines(
                    "AllowEncodedSlashes NoDecode",
                    "ProxyPass / http://127.0.0.1:5000/ nocanon",
                    "# and no RewriteRule"),
            TRAEFIK.lines("# remove the replacePathRegex middleware")),
    BODY_CHANGED(
            "What arrives is not what was sent. Remove every filter on bodies between the client and the registry."),
    MEDIA_TYPE(
            "The proxy changes Content-Type, by which clients know what a manifest is.",
            NGINX.lines(
                    "# remove default_type, types and charset from the location; and:",
                    "proxy_pass_header Content-Type;"),
            HAPROXY.lines("# remove 'http-response set-header content-type'"),
            APACHE.lines("# remove ForceType, AddDefaultCharset and 'Header set Content-Type'"),
            TRAEFIK.lines("# remove Content-Type from customResponseHeaders")),
    COMPRESSION(
            "The proxy compresses or rewrites answers: digests and lengths no longer fit, and clients cannot resume.",
            NGINX.lines("gzip off;", "gunzip off;", "sub_filter_once on;   # and no sub_filter"),
            HAPROXY.lines("# remove 'compression algo', 'compression type' and 'filter compression'"),
            APACHE.lines("SetEnv no-gzip 1", "SetEnv no-brotli 1", "# and no SetOutputFilter, AddOutputFilterByType"),
            TRAEFIK.lines("# remove the compress middleware from the router")),
    DIGEST_FIELD(
            "Docker-Content-Digest gets lost, by which clients pin what they pull.",
            NGINX.lines(
                    "# remove: proxy_hide_header Docker-Content-Digest;", "proxy_pass_header Docker-Content-Digest;"),
            HAPROXY.lines("# remove 'http-response del-header docker-content-digest'"),
            APACHE.lines("# remove 'Header unset Docker-Content-Digest'"),
            TRAEFIK.lines("# remove Docker-Content-Digest from customResponseHeaders")),
    HEAD(
            "A HEAD has to be answered like the GET, with its Content-Length and without a body: clients look so whether they have it"
                    + " already.",
            NGINX.lines(
                    "proxy_cache_convert_head off;",
                    "gzip off;",
                    "# and no limit_except GET, no if ($request_method ...)"),
            HAPROXY.lines("# remove 'http-request deny' and 'return' on METH_HEAD"),
            APACHE.lines("SetEnv no-gzip 1", "# and no rule on %{REQUEST_METHOD} HEAD, no SetEnv proxy-nokeepalive"),
            TRAEFIK.lines("# remove Method() from the router's rule, and the compress middleware")),
    RANGE(
            "Pieces of a blob cannot be had: a broken pull begins anew, lazy pulls fail.",
            NGINX.lines(
                    "proxy_cache off;",
                    "proxy_set_header Range $http_range;",
                    "proxy_set_header If-Range $http_if_range;",
                    "# and no max_ranges 0, no proxy_hide_header Content-Range"),
            HAPROXY.lines("# remove 'http-request del-header range'"),
            APACHE.lines("# remove 'RequestHeader unset Range' and CacheEnable", "MaxRanges default"),
            TRAEFIK.lines("# remove Range from customRequestHeaders, and the compress middleware")),
    CONDITIONAL(
            "If-None-Match and ETag do not get through as they are: clients and caches fetch again what they have.",
            NGINX.lines("proxy_set_header If-None-Match $http_if_none_match;", "gzip off;"),
            HAPROXY.lines("# remove 'http-request del-header if-none-match' and 'http-response del-header etag'"),
            APACHE.lines("SetEnv no-gzip 1", "# and no 'RequestHeader unset If-None-Match', 'Header unset ETag'"),
            TRAEFIK.lines("# remove the compress middleware from the router")),
    ERROR_PAGES(
            "The registry's errors are replaced by pages of the proxy: clients read JSON, and take a page for a broken server.",
            NGINX.lines("proxy_intercept_errors off;"),
            HAPROXY.lines("# remove 'http-response return' and 'http-response deny' on status"),
            APACHE.lines("ProxyErrorOverride Off"),
            TRAEFIK.lines("# remove the errors middleware from the router")),
    DELETE(
            "DELETE does not get through to the registry, which would have said so itself.",
            NGINX.lines("# remove limit_except, and if ($request_method ...)"),
            HAPROXY.lines("# remove 'http-request deny' on method, or METH_DELETE"),
            APACHE.lines("# remove <Limit>, <LimitExcept> and AllowMethods"),
            TRAEFIK.lines("# remove Method() from the router's rule")),
    LISTS("The list is not what the specification has. The registry's own log says why."),
    LARGE_HEADER(
            "A token with many scopes is a header of several KiB, which is refused.",
            NGINX.lines("# in the server:", "large_client_header_buffers 4 32k;"),
            HAPROXY.lines("# in global:", "tune.bufsize 32768"),
            APACHE.lines("LimitRequestFieldSize 32768"),
            TRAEFIK.lines(
                    "# static configuration; Traefik takes 1 MiB unless told otherwise:",
                    "entryPoints:",
                    "  websecure:",
                    "    http: {maxHeaderBytes: 1048576}")),
    KEEP_ALIVE(
            "Each request needs a connection of its own, and a TLS handshake: pulls of many layers are slow.",
            NGINX.lines("keepalive_timeout 75s;", "keepalive_requests 1000;"),
            HAPROXY.lines("no option httpclose", "option http-keep-alive", "timeout http-keep-alive 60s"),
            APACHE.lines("KeepAlive On", "KeepAliveTimeout 60", "# and no SetEnv nokeepalive, downgrade-1.0"),
            TRAEFIK.lines("# remove 'Connection: close' from customResponseHeaders")),
    EARLY_ANSWER(
            "A refusal in the middle of an upload does not reach the client: it sees a broken connection instead of the reason, and tries again.",
            NGINX.lines("lingering_close on;", "proxy_request_buffering off;"),
            HAPROXY.lines("no option abortonclose", "# and no 'option httpclose'"),
            APACHE.lines(
                    "# nothing: Apache lingers by itself. A refusal by the registry needs: ProxyPass ... with keepalive=On"),
            TRAEFIK.lines(
                    "# static configuration:",
                    "entryPoints:",
                    "  websecure:",
                    "    transport: {lifeCycle: {graceTimeOut: 10}}")),
    SLOW_UPLOAD(
            "A slow push is cut off: somebody allows a body too little time.",
            NGINX.lines("client_body_timeout 300s;", "proxy_send_timeout 900s;", "proxy_read_timeout 900s;"),
            HAPROXY.lines("timeout client 15m", "timeout server 15m"),
            APACHE.lines("RequestReadTimeout body=0", "Timeout 900", "ProxyTimeout 900"),
            TRAEFIK.lines(
                    "# static configuration:",
                    "entryPoints:",
                    "  websecure:",
                    "    transport: {respondingTimeouts: {readTimeout: 0s, idleTimeout: 180s}}"),
            WHARFGATE.lines("server:", "  stall-timeout: 5m")),
    SLOW_DOWNLOAD(
            "A slow pull is cut off: somebody allows an answer too little time.",
            NGINX.lines("send_timeout 300s;", "proxy_read_timeout 900s;"),
            HAPROXY.lines("timeout client 15m", "timeout server 15m"),
            APACHE.lines("Timeout 900", "ProxyTimeout 900"),
            TRAEFIK.lines(
                    "# static configuration:",
                    "entryPoints:",
                    "  websecure:",
                    "    transport: {respondingTimeouts: {writeTimeout: 0s}}"),
            WHARFGATE.lines("server:", "  stall-timeout: 5m")),
    LEFT_BEHIND(
            "What the checks pushed is still there. Delete it by hand, or let the registry's garbage collection have it.");

    private final String why;

    @SuppressWarnings("ImmutableEnumChecker") // it is immutable
    private final List<Lines> lines;

    Advice(String why, Lines... lines) {
        this.why = why;
        this.lines = List.of(lines);
    }

    /** What to write where. */
    public record Lines(Place place, List<String> text) {}

    /** For programs: {@code body-limit}. */
    public String id() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    public String why() {
        return why;
    }

    /** The lines of every proxy, and of the kind of registry that this is. */
    public Stream<Lines> lines(boolean wharfgate) {
        return lines.stream().filter(one -> one.place().proxy() || one.place() == (wharfgate ? WHARFGATE : REGISTRY));
    }
}

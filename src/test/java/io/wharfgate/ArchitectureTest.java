package io.wharfgate;

import static com.tngtech.archunit.base.DescribedPredicate.alwaysTrue;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaMethodCall;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** The dependency table of docs/architecture.md, as a test. Where the table is wrong, change both, and say why. */
class ArchitectureTest {

    private static final String ROOT = "io.wharfgate";
    private static final JavaClasses CODE = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages(ROOT);

    /** Package → the own packages that it may import, beside itself. A name ending in ".." takes those below along. */
    private static final Map<String, List<String>> MAY_IMPORT = new TreeMap<>(Map.ofEntries(
            Map.entry("", List.of("app", "cli")),
            Map.entry("secret", List.of()),
            Map.entry("oci", List.of()),
            Map.entry("files", List.of()),
            Map.entry("storage", List.of()),
            Map.entry("storage.filesystem", List.of("storage", "secret")),
            Map.entry("storage.memory", List.of("storage", "secret")),
            Map.entry("tls", List.of("secret")),
            Map.entry("tls.trust", List.of("secret", "tls")),
            Map.entry("auth", List.of("oci", "secret")),
            Map.entry("auth.access", List.of("auth", "oci", "yaml", "files")),
            Map.entry("auth.htpasswd", List.of("auth", "oci", "secret", "files")),
            Map.entry("auth.personal", List.of("auth", "oci", "secret", "files")),
            Map.entry("auth.token", List.of("auth", "oci", "secret", "files")),
            Map.entry("http", List.of("oci")),
            Map.entry("gateway", List.of("http", "oci", "auth", "secret")),
            Map.entry("upstream", List.of("gateway", "http", "oci", "secret")),
            Map.entry("registry", List.of("oci", "storage")),
            Map.entry("registry.api", List.of("registry", "gateway", "http", "oci")),
            Map.entry("registry.gc", List.of("registry", "oci", "storage", "control")),
            Map.entry("registry.check", List.of("registry", "oci", "storage", "control", "files")),
            Map.entry("registry.rules", List.of("registry", "oci", "storage", "yaml", "control", "files")),
            Map.entry("control", List.of()),
            Map.entry("client", List.of("oci")),
            Map.entry("client.archive", List.of("client", "oci")),
            Map.entry("client.remote", List.of("client", "oci", "secret")),
            Map.entry("doctor", List.of("oci", "secret")),
            Map.entry("metrics", List.of()),
            Map.entry("ops", List.of("http", "auth", "gateway", "storage", "oci", "secret", "metrics")),
            Map.entry("yaml", List.of()),
            Map.entry("config", List.of("yaml")),
            Map.entry(
                    "app",
                    List.of(
                            "client",
                            "config",
                            "control",
                            "secret",
                            "oci",
                            "files",
                            "tls..",
                            "auth..",
                            "http",
                            "gateway",
                            "upstream",
                            "registry..",
                            "storage..",
                            "metrics",
                            "ops")),
            Map.entry(
                    "cli",
                    List.of(
                            "app",
                            "client..",
                            "config",
                            "control",
                            "doctor",
                            "auth",
                            "auth.access",
                            "auth.htpasswd",
                            "auth.personal",
                            "oci",
                            "tls..",
                            "registry..",
                            "secret",
                            "yaml"))));

    /** The features' own config records may be read where the configuration as a whole is. */
    private static final List<String> READ_CONFIG_RECORDS = List.of("config", "cli");

    /** Library → the only own packages that may know it. */
    private static final Map<String, List<String>> LIBRARY_ONLY_IN = Map.ofEntries(
            Map.entry("io.undertow..", List.of("http", "gateway", "upstream", "registry.api", "ops")),
            Map.entry("org.xnio..", List.of("http", "gateway", "upstream", "registry.api", "ops")),
            Map.entry("org.bouncycastle..", List.of("tls")),
            Map.entry("org.mindrot..", List.of("auth.htpasswd")),
            Map.entry("org.apache.commons.codec..", List.of("auth.htpasswd")),
            Map.entry("com.nimbusds..", List.of("auth.token")),
            Map.entry("picocli..", List.of("cli")),
            Map.entry("ch.qos.logback..", List.of("app")),
            Map.entry("org.apache.hc..", List.of("upstream", "client.remote")),
            Map.entry("com.fasterxml.jackson.dataformat.yaml..", List.of("yaml")),
            Map.entry("org.yaml..", List.of("yaml")));

    @Test
    void everyPackageStandsInTheTable() {
        var packages = new TreeSet<String>();
        CODE.forEach(c -> packages.add(shortName(c.getPackageName())));
        assertThat(MAY_IMPORT.keySet()).containsAll(packages);
    }

    @Test
    void packagesImportOnlyWhatTheTableAllows() {
        MAY_IMPORT.forEach((from, allowed) -> {
            DescribedPredicate<JavaClass> foreign = resideInAnyPackage(ROOT + "..")
                    .and(DescribedPredicate.not(resideInAnyPackage(fullName(from))))
                    .and(
                            READ_CONFIG_RECORDS.contains(from)
                                    ? DescribedPredicate.not(DescribedPredicate.describe(
                                            "a *Config record", (JavaClass c) -> configRecord(c) || isSecret(c)))
                                    : alwaysTrue())
                    .and(DescribedPredicate.not(resideInAnyPackage(
                            allowed.stream().map(ArchitectureTest::fullName).toArray(String[]::new))));
            noClasses()
                    .that()
                    .resideInAPackage(fullName(from))
                    .should()
                    .dependOnClassesThat(foreign)
                    .because("the dependency table of docs/architecture.md says so of '" + from + "'")
                    .allowEmptyShould(true)
                    .check(CODE);
        });
    }

    @Test
    void librariesStayInTheirRooms() {
        LIBRARY_ONLY_IN.forEach((library, rooms) -> noClasses()
                .that()
                .resideOutsideOfPackages(
                        rooms.stream().map(ArchitectureTest::fullName).toArray(String[]::new))
                .should()
                .dependOnClassesThat()
                .resideInAPackage(library)
                .allowEmptyShould(true)
                .check(CODE));
    }

    @Test
    void noCycles() {
        slices().matching(ROOT + ".(**)").should().beFreeOfCycles().check(CODE);
    }

    @Test
    void noParentImportsItsChild() {
        classes()
                .should(new com.tngtech.archunit.lang.ArchCondition<JavaClass>("not import a package below its own") {
                    @Override
                    public void check(JavaClass item, com.tngtech.archunit.lang.ConditionEvents events) {
                        if (item.getPackageName().equals(ROOT)) {
                            return;
                        }
                        item.getDirectDependenciesFromSelf().stream()
                                .filter(d ->
                                        d.getTargetClass().getPackageName().startsWith(item.getPackageName() + "."))
                                .forEach(d -> events.add(com.tngtech.archunit.lang.SimpleConditionEvent.violated(
                                        d, d.getDescription())));
                    }
                })
                .check(CODE);
    }

    @Test
    void onlyRejectEndsAnExchangeWhoseBodyMayBeUnread() {
        noClasses()
                .that()
                .doNotHaveFullyQualifiedName(ROOT + ".http.Reject")
                .should()
                .callMethod("io.undertow.server.HttpServerExchange", "endExchange")
                .because("endExchange() reads the whole request body before it answers")
                .check(CODE);
    }

    @Test
    void onlyIoTimerSetsTimersOfIoThreads() {
        noClasses()
                .that()
                .doNotHaveFullyQualifiedName(ROOT + ".http.IoTimer")
                .should()
                .callMethodWhere(DescribedPredicate.describe(
                        "it is executeAfter of an I/O thread",
                        (JavaMethodCall call) -> call.getName().equals("executeAfter")))
                .because("a timer that another thread sets may be lost")
                .check(CODE);
    }

    private static boolean configRecord(JavaClass c) {
        JavaClass outer = c;
        while (outer.getEnclosingClass().isPresent()) {
            outer = outer.getEnclosingClass().get();
        }
        return outer.getSimpleName().endsWith("Config");
    }

    private static boolean isSecret(JavaClass c) {
        return c.getPackageName().equals(ROOT + ".secret");
    }

    private static String fullName(String shortName) {
        return shortName.isEmpty() ? ROOT : ROOT + "." + shortName;
    }

    private static String shortName(String fullName) {
        return fullName.equals(ROOT) ? "" : fullName.substring(ROOT.length() + 1);
    }
}

package io.github.secateur;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideOutsideOfPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The packages of the library import each other in one direction only; the table below is that
 * direction.
 */
class ImportDirectionTest {
  private static final String ROOT = "io.github.secateur.";
  private static JavaClasses library;

  @BeforeAll
  static void readClasses() {
    library =
        new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages("io.github.secateur");
  }

  @ParameterizedTest(name = "{0} imports only [{1}] and outside the JDK only [{2}]")
  @CsvSource(
      delimiter = '|',
      nullValues = "-",
      value = {
        // package | packages of ours it may import | others, beside the JDK
        "kernel | -                                         | jdk.incubator.vector..",
        "graph  | -                                         | -",
        "plan   | graph                                     | -",
        "engine | plan graph kernel                         | -",
        "data   | -                                         | org.apache.arrow..",
        "optim  | -                                         | breeze.. scala..",
        "train  | engine optim data plan graph kernel       | -",
        "nn     | train plan graph data optim engine kernel | com.fasterxml.jackson..",
        "exchange | nn graph                                | -",
      })
  void packageImportsOnly(String name, String ours, String others) {
    List<String> allowed = new ArrayList<>(List.of("java..", "javax..", ROOT + name + ".."));
    if (ours != null) {
      for (String other : ours.split(" ")) {
        allowed.add(ROOT + other + "..");
      }
    }
    if (others != null) {
      allowed.addAll(List.of(others.split(" ")));
    }
    classes()
        .that()
        .resideInAPackage(ROOT + name + "..")
        .should()
        .onlyDependOnClassesThat()
        .resideInAnyPackage(allowed.toArray(String[]::new))
        .allowEmptyShould(true)
        .check(library);
  }

  @ParameterizedTest(name = "spark.{0} imports of spark only [{1}]")
  @CsvSource(
      delimiter = '|',
      nullValues = "-",
      value = {
        // room | rooms of spark that it may import
        "report     | -",
        "rows       | report",
        "rounds     | rows report",
        "prediction | rows",
        "files      | rows prediction report",
      })
  void roomImportsOnly(String name, String rooms) {
    String spark = ROOT + "spark.";
    List<String> allowed = new ArrayList<>(List.of(spark + name + ".."));
    if (rooms != null) {
      for (String other : rooms.split(" ")) {
        allowed.add(spark + other + "..");
      }
    }
    classes()
        .that()
        .resideInAPackage(spark + name + "..")
        .should()
        .onlyDependOnClassesThat(
            resideInAnyPackage(allowed.toArray(String[]::new))
                .or(resideOutsideOfPackage(ROOT + "spark..")))
        .check(library);
  }

  @ParameterizedTest(name = "kernel{0} imports of kernel only [{1}] and outside the JDK only [{2}]")
  @CsvSource(
      delimiter = '|',
      nullValues = "-",
      value = {
        // room | rooms of kernel that it may import | others, beside the JDK
        "''              | -                                       | -",
        ".scalar..       | kernel                                  | -",
        ".vector.lanes.. | -                                       | jdk.incubator.vector..",
        ".vector.gemm..  | kernel scalar vector.lanes              | jdk.incubator.vector..",
        ".vector         | kernel scalar vector.gemm vector.lanes  | jdk.incubator.vector..",
        ".choice..       | kernel scalar vector vector.lanes       | -",
      })
  void kernelRoomImportsOnly(String name, String rooms, String others) {
    String kernel = ROOT + "kernel";
    List<String> allowed = new ArrayList<>(List.of("java..", kernel + name));
    if (rooms != null) {
      for (String other : rooms.split(" ")) {
        allowed.add(other.equals("kernel") ? kernel : kernel + "." + other);
      }
    }
    if (others != null) {
      allowed.addAll(List.of(others.split(" ")));
    }
    classes()
        .that()
        .resideInAPackage(kernel + name)
        .should()
        .onlyDependOnClassesThat()
        .resideInAnyPackage(allowed.toArray(String[]::new))
        .check(library);
  }

  @Test
  void onlyWhatPeopleCallKnowsHowPlansArePrinted() {
    noClasses()
        .that()
        .resideOutsideOfPackages(ROOT + "plan.print..", ROOT + "nn..", ROOT + "spark..")
        .should()
        .dependOnClassesThat()
        .resideInAPackage(ROOT + "plan.print..")
        .check(library);
  }

  @Test
  void onlyThePackageSparkKnowsSpark() {
    noClasses()
        .that()
        .resideOutsideOfPackage(ROOT + "spark..")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("org.apache.spark..")
        .check(library);
  }

  @Test
  void onlyTheVectorKernelsKnowTheVectorApi() {
    noClasses()
        .that()
        .resideOutsideOfPackage(ROOT + "kernel.vector..")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("jdk.incubator.vector..")
        .check(library);
  }

  @Test
  void onlyTheChoiceKnowsTheRoomsOfTheKernels() {
    noClasses()
        .that()
        .resideOutsideOfPackage(ROOT + "kernel..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(ROOT + "kernel.scalar..", ROOT + "kernel.vector..")
        .check(library);
  }

  @Test
  void onlyOneOptimizerKnowsBreeze() {
    noClasses()
        .that()
        .resideInAPackage(ROOT + "optim..")
        .and()
        .haveNameNotMatching(".*\\.Lbfgs(\\$.*)?")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("breeze..", "scala..")
        .allowEmptyShould(true)
        .check(library);
  }

  @Test
  void noTwoPackagesImportEachOther() {
    slices().matching(ROOT + "(*)..").should().beFreeOfCycles().check(library);
    slices().matching(ROOT + "kernel.(**)").should().beFreeOfCycles().check(library);
    slices().matching(ROOT + "spark.(**)").should().beFreeOfCycles().check(library);
    slices().matching(ROOT + "exchange.(**)").should().beFreeOfCycles().check(library);
  }
}

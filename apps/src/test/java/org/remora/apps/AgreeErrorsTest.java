package org.remora.apps;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Bad input: exit code 2, one line that says what is wrong, and nothing on standard output. */
class AgreeErrorsTest {
  private static final String PMP = "agree --algorithm protected-memory-paxos ";

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          agree                                  | --algorithm is needed; known: paxos, disk-paxos, protected-memory-paxos, aligned-paxos, hybrid-ben-or, robust-backup, preferential-paxos, cheap-quorum, fast-and-robust
          agree --algorithm raft                 | unknown algorithm raft; known: paxos, disk-paxos, protected-memory-paxos, aligned-paxos, hybrid-ben-or, robust-backup, preferential-paxos, cheap-quorum, fast-and-robust
          agree --algorithm hybrid               | unknown algorithm hybrid; known: paxos, disk-paxos, protected-memory-paxos, aligned-paxos, hybrid-ben-or, robust-backup, preferential-paxos, cheap-quorum, fast-and-robust
          agree --algorithm PAXOS                | unknown algorithm PAXOS; known: paxos, disk-paxos, protected-memory-paxos, aligned-paxos, hybrid-ben-or, robust-backup, preferential-paxos, cheap-quorum, fast-and-robust
          agree --algorithm paxos --algorithm paxos | option '--algorithm' (NAME) should be specified only once
          agree --algorithm paxos --nope         | unknown option --nope; see --help
          agree --algorithm paxos nope           | unexpected argument nope; see --help
          agree --algorithm paxos --backend tcp  | unknown backend tcp; known: sim, local, socket, verbs
          agree --algorithm paxos --processes 0  | --processes is a number from 1 to 1,000, not 0
          agree --algorithm paxos --processes -2 | --processes is a number from 1 to 1,000, not -2
          agree --algorithm paxos --processes x  | --processes is a number from 1 to 1,000, not x
          agree --algorithm paxos --processes 1.5  | --processes is a number from 1 to 1,000, not 1.5
          agree --algorithm paxos --processes 1001 | --processes is a number from 1 to 1,000, not 1001
          agree --algorithm paxos --processes 4294967299 | --processes is a number from 1 to 1,000, not 4294967299
          agree --algorithm paxos --backend local --processes 101 | --processes is a number from 1 to 100, not 101
          agree --algorithm paxos --memories -1  | --memories is a number from 0 to 1,000, not -1
          agree --algorithm paxos --memories ٣   | --memories is a number from 0 to 1,000, not ٣
          agree --algorithm disk-paxos --memories 0 | --memories: disk-paxos needs at least one memory
          agree --algorithm protected-memory-paxos --memories 0 | --memories: protected-memory-paxos needs at least one memory
          agree --algorithm paxos --propose a,b,c,d | --propose: 4 values for 3 processes
          agree --algorithm paxos --propose a,,b | --propose: the value of process 2 is empty
          agree --algorithm paxos --propose a,   | --propose: the value of process 2 is empty
          agree --algorithm paxos --crash-process 1    | --crash-process is a number and a time, such as 2@1.5, not 1
          agree --algorithm paxos --crash-process 1@   | --crash-process is a number and a time, such as 2@1.5, not 1@
          agree --algorithm paxos --crash-process @5   | --crash-process is a number and a time, such as 2@1.5, not @5
          agree --algorithm paxos --crash-process 1@-3 | --crash-process is a number and a time, such as 2@1.5, not 1@-3
          agree --algorithm paxos --crash-process 1@1e9 | --crash-process is a number and a time, such as 2@1.5, not 1@1e9
          agree --algorithm paxos --crash-process 1@1.2345 | --crash-process is a number and a time, such as 2@1.5, not 1@1.2345
          agree --algorithm paxos --crash-process 1@1,2@1 | --crash-process is a number and a time, such as 2@1.5, not 1@1,2@1
          agree --algorithm paxos --crash-process 1@1000001 | --crash-process 1@1000001: the time is at most 1,000,000
          agree --algorithm paxos --crash-process 0@1  | --crash-process 0@1: there are processes 1 to 3 only
          agree --algorithm paxos --crash-process 4@1  | --crash-process 4@1: there are processes 1 to 3 only
          agree --algorithm paxos --crash-memory 1@1   | --crash-memory 1@1: there are no memories
          agree --algorithm disk-paxos --crash-memory 9@1 | --crash-memory 9@1: there are memories 1 to 3 only
          agree --algorithm paxos --crash-process 1@1 --crash-process 1@2 | --crash-process: process 1 crashes twice
          agree --algorithm disk-paxos --crash-memory 2@1 --crash-memory 2@1 | --crash-memory: memory 2 crashes twice
          agree --algorithm paxos --crash-process 1@1 --crash-process 2@9 | paxos needs n >= 2f+1 processes: with 2 of 3 crashed no majority is left to answer
          agree --algorithm paxos --processes 1 --crash-process 1@1 | paxos needs n >= 2f+1 processes: with 1 of 1 crashed nobody is left to decide
          agree --algorithm disk-paxos --processes 1 --crash-process 1@1 | disk-paxos needs n >= f+1 processes: with 1 of 1 crashed nobody is left to decide
          agree --algorithm protected-memory-paxos --processes 2 --crash-process 1@1 --crash-process 2@0 | protected-memory-paxos needs n >= f+1 processes: with 2 of 2 crashed nobody is left to decide
          agree --algorithm aligned-paxos --processes 1 --crash-process 1@1 | aligned-paxos needs n >= f+1 processes: with 1 of 1 crashed nobody is left to decide
          agree --algorithm aligned-paxos --byzantine 1:silent | --byzantine: aligned-paxos tolerates crashes only; no behaviour is available
          agree --algorithm paxos --seed x       | --seed is a whole number of 64 bits, not x
          agree --algorithm paxos --seed 9223372036854775808 | --seed is a whole number of 64 bits, not 9223372036854775808
          agree --algorithm paxos --latency slow | unknown latency slow; known: constant, uniform, wide, heavy-tailed
          agree --algorithm paxos --latency uniform --backend local | --latency: only the simulator can choose it
          agree --algorithm paxos --timeout 5    | --timeout: the simulator's time is virtual; it ends a run by itself
          agree --algorithm paxos --timeout 0 --backend local | --timeout is a number from 1 to 3,600, not 0
          agree --algorithm paxos --trace x.svg --backend local | --trace: traces are of the simulator only
          agree --algorithm paxos --backend verbs | --backend verbs needs the --address of an RDMA card; see remora devices
          agree --algorithm paxos --address 10.0.0.1 | --address: only --backend verbs has a card
          agree --algorithm paxos --trace x.png  | --trace: the name x.png ends neither in .svg nor in .jsonl
          agree --algorithm paxos --trace /nowhere/x.svg | --trace: /nowhere/x.svg cannot be written: there is no such directory
          """)
  void isToldInOneLine(String command, String message) {
    assertThat(Ran.remora(command)).isEqualTo(new Ran(2, "", "remora agree: " + message + "\n"));
    assertThat(Ran.remora(command + " --json"))
        .isEqualTo(new Ran(2, "", "remora agree: " + message + "\n"));
  }

  @Test
  void anUnknownCommand() {
    assertThat(Ran.remora("foo"))
        .isEqualTo(
            new Ran(
                2,
                "",
                "remora: unknown command foo; known: agree, bench, campaign, check, client,"
                    + " devices, memory, plan, replica, table\n"));
    assertThat(Ran.of()).isEqualTo(new Ran(2, "", "remora: which command? See --help\n"));
  }

  @Test
  void anEmptyWord() {
    assertThat(Ran.remora(PMP + "--propose", ""))
        .isEqualTo(new Ran(2, "", "remora agree: --propose: the value of process 1 is empty\n"));
    assertThat(Ran.remora(PMP + "--trace", ""))
        .isEqualTo(
            new Ran(
                2, "", "remora agree: --trace: the name  ends neither in .svg nor in .jsonl\n"));
  }

  @Test
  void aProposalThatIsTooLarge() {
    assertThat(Ran.remora(PMP + "--propose", "x,".concat("y".repeat(65_537))))
        .isEqualTo(
            new Ran(
                2,
                "",
                "remora agree: --propose: the value of process 2 has 65,537 bytes;"
                    + " at most 65,536 are possible\n"));
    assertThat(Ran.remora(PMP + "--propose", "é".repeat(32_769)).code()).isEqualTo(2);
    assertThat(Ran.remora(PMP + "--propose", "é".repeat(32_768)).code()).isZero();
  }

  @Test
  void whatIsQuotedDoesNotBreakTheLine() {
    assertThat(Ran.of("agree", "--algorithm", "a\nb\u001b[31m\u2028").err())
        .isEqualTo(
            "remora agree: unknown algorithm a?b?[31m?; known: paxos, disk-paxos,"
                + " protected-memory-paxos, aligned-paxos, hybrid-ben-or, robust-backup,"
                + " preferential-paxos, cheap-quorum, fast-and-robust\n");
    assertThat(Ran.of("agree", "--algorithm", "x".repeat(5_000)).err()).hasSizeLessThan(400);
  }

  @Test
  void aTraceFileThatCannotBeWritten(@TempDir Path directory) throws IOException {
    Path file = Files.createDirectory(directory.resolve("d.svg"));
    assertThat(Ran.remora(PMP + "--trace", file.toString()))
        .isEqualTo(
            new Ran(
                2, "", "remora agree: --trace: " + file + " cannot be written: Is a directory\n"));
    assertThat(Ran.remora(PMP + "--trace", "nul\0.svg").code()).isEqualTo(2);
  }

  @Test
  void standardOutputThatCannotBeWritten() {
    StringWriter err = new StringWriter();
    Writer full =
        new Writer() {
          @Override
          public void write(char[] text, int from, int count) throws IOException {
            throw new IOException("full");
          }

          @Override
          public void flush() {}

          @Override
          public void close() {}
        };
    int code =
        Main.run(
            new PrintWriter(full), new PrintWriter(err), "agree", "--algorithm", "paxos", "--json");
    assertThat(code).isEqualTo(2);
    assertThat(err).hasToString("remora: standard output cannot be written\n");
  }
}

package org.remora.apps;

import java.util.List;
import java.util.stream.Stream;
import org.remora.byzantine.ByzantineInstance;
import org.remora.byzantine.adversary.Attack;
import org.remora.byzantine.adversary.Behaviour;
import org.remora.crash.Omega;
import org.remora.memory.ProcessContext;
import org.remora.memory.Value;
import org.remora.sim.WildBehaviour;

/** What a Byzantine process does, as the command names it. */
sealed interface AgreeBehaviour {
  /** The name on the command line. */
  String commandName();

  /** Lets a process behave so, towards an algorithm for Byzantine faults; on its event loop. */
  void start(AgreeAlgorithm.Byzantine algorithm, ProcessContext process, Omega omega, Value input);

  /** All of them, those that know no protocol first. */
  static List<AgreeBehaviour> all() {
    return Stream.<AgreeBehaviour>concat(
            Stream.of(WildBehaviour.values()).map(Wild::new),
            Stream.of(Behaviour.values()).map(Knowing::new))
        .toList();
  }

  /** One that knows no protocol. */
  record Wild(WildBehaviour behaviour) implements AgreeBehaviour {
    @Override
    public String commandName() {
      return behaviour.commandName();
    }

    @Override
    public void start(
        AgreeAlgorithm.Byzantine algorithm, ProcessContext process, Omega omega, Value input) {
      ByzantineInstance instance = AgreeAlgorithm.Byzantine.instance(process.processes());
      behaviour.start(process, algorithm.algorithm().regions(instance), List.of());
    }
  }

  /** One that knows the protocol it attacks. */
  record Knowing(Behaviour behaviour) implements AgreeBehaviour {
    @Override
    public String commandName() {
      return behaviour.commandName();
    }

    @Override
    public void start(
        AgreeAlgorithm.Byzantine algorithm, ProcessContext process, Omega omega, Value input) {
      ByzantineInstance instance = AgreeAlgorithm.Byzantine.instance(process.processes());
      // What it would like to be decided: its proposal, or something else as long.
      Value other = Value.of("lie" + process.self());
      behaviour.start(
          Attack.alone(
              algorithm.algorithm(),
              instance,
              process,
              omega,
              input.isBottom() ? other : input,
              other));
    }
  }
}

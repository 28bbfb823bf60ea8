package org.remora.apps;

import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.remora.byzantine.adversary.Attack;
import org.remora.byzantine.adversary.Behaviour;
import org.remora.crash.Instance;
import org.remora.crash.Omega;
import org.remora.crash.adversary.Liar;
import org.remora.memory.ProcessContext;
import org.remora.memory.Value;
import org.remora.sim.WildBehaviour;

/** What a Byzantine process does, as the command names it. */
sealed interface AgreeBehaviour {
  /** The name on the command line. */
  String commandName();

  /** Lets a process behave so, towards an algorithm that knows the behaviour; on its event loop. */
  void start(Target target);

  /**
   * What a Byzantine process is up against.
   *
   * @param algorithm what the correct processes run
   * @param process the Byzantine process
   * @param omega Ω as it may use it
   * @param input the value that it would like to be decided; ⊥ if it is not told
   * @param accomplices those whose keys it has, itself included
   */
  record Target(
      AgreeAlgorithm algorithm,
      ProcessContext process,
      Omega omega,
      Value input,
      List<ProcessContext> accomplices) {
    /** The part of a process of no accomplices. */
    static Target alone(
        AgreeAlgorithm algorithm, ProcessContext process, Omega omega, Value input) {
      return new Target(algorithm, process, omega, input, List.of(process));
    }

    /** The algorithm; this behaviour is one of those for Byzantine faults. */
    AgreeAlgorithm.Byzantine attacked() {
      return (AgreeAlgorithm.Byzantine) algorithm;
    }
  }

  /** All for algorithms that tolerate Byzantine faults, those that know no protocol first. */
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
    public void start(Target target) {
      AgreeAlgorithm.Byzantine attacked = target.attacked();
      behaviour.start(
          target.process(), attacked.algorithm().regions(attacked.instance()), List.of());
    }
  }

  /** One that knows the protocol it attacks. */
  record Knowing(Behaviour behaviour) implements AgreeBehaviour {
    @Override
    public String commandName() {
      return behaviour.commandName();
    }

    @Override
    public void start(Target target) {
      AgreeAlgorithm.Byzantine attacked = target.attacked();
      // What it would like to be decided: its proposal, or something else as long.
      Value other = Value.of("lie" + target.process().self());
      behaviour.start(
          new Attack(
              attacked.algorithm(),
              attacked.instance(),
              target.process(),
              target.omega(),
              target.input().isBottom() ? other : target.input(),
              other,
              target.accomplices()));
    }
  }

  /** A liar, against an algorithm that tolerates crashes only. */
  record Lying(Liar liar) implements AgreeBehaviour {
    @Override
    public String commandName() {
      return Liar.class.getSimpleName().toLowerCase(Locale.ROOT);
    }

    @Override
    public void start(Target target) {
      liar.start(target.process(), Instance.of(1));
    }
  }
}

"""Texts about processes and clusters that share the work."""

from __future__ import annotations

from geo_access.texts import Text

TEXTS: dict[str, Text] = {
    "other_version": Text(
        "le processus {worker} emploie une autre version de geo_access que celui-ci, ses résultats pourraient "
        "différer\u00a0; installez partout la même",
        "the process {worker} runs another version of geo_access than this one, its results could differ; install the "
        "same everywhere",
    ),
    "no_package": Text(
        "un processus du groupe ne peut pas charger ce qu’il faut ({said})\u00a0; installez-y geo-access[cluster], dans "
        "la même version qu’ici",
        "a worker of the cluster cannot load what it needs ({said}); install geo-access[cluster] there, in the version "
        "used here",
    ),
    "task_lost": Text(
        "une partie du calcul a été perdue {attempts} fois avec le processus qui s’en chargeait ({said})\u00a0; ce qui "
        "est déjà calculé est gardé, vérifiez la mémoire des processus et relancez",
        "a part of the work was lost {attempts} times with the process that did it ({said}); what is done is kept, "
        "check the memory of the workers and run again",
    ),
    "given_up": Text(
        "l’exécuteur ne prend plus de tâches ({said})\u00a0; le reste est calculé dans ce processus",
        "the executor takes no more tasks ({said}); what is left is computed in this process",
    ),
    "shut_down": Text(
        "l’exécuteur donné par executor= a déjà été arrêté ({said})\u00a0; appelez le calcul, et lisez-en tous les "
        "résultats, à l’intérieur du bloc «\u00a0with\u00a0» qui l’ouvre, ou ne donnez pas d’exécuteur",
        "the executor given by executor= was shut down already ({said}); call the computation, and read all of its "
        "results, inside the “with” block that opens it, or give no executor",
    ),
    "no_distributed": Text(
        "un groupe de machines demande le paquet distributed\u00a0; installez geo-access[cluster]",
        "a cluster needs the package distributed; install geo-access[cluster]",
    ),
    "unreachable": Text(
        "aucun ordonnanceur Dask ne répond à {address} ({said})\u00a0; démarrez «\u00a0dask scheduler\u00a0» et donnez "
        "l’adresse qu’il affiche, par exemple tcp://hote:8786",
        "no Dask scheduler answers at {address} ({said}); start “dask scheduler” and give the address that it prints, "
        "e.g. tcp://host:8786",
    ),
    "lost": Text(
        "l’ordonnanceur {address} ne répond plus ({said})\u00a0; ce qui est déjà calculé est gardé, redémarrez le groupe "
        "et relancez, ou calculez sans --scheduler",
        "the scheduler {address} answers no more ({said}); what is done is kept, start the cluster again and run again, "
        "or compute without --scheduler",
    ),
    "no_workers": Text(
        "l’ordonnanceur {address} n’a aucun processus de calcul après {seconds} s\u00a0; démarrez "
        "«\u00a0dask worker {address}\u00a0»",
        "the scheduler {address} has no workers after {seconds} s; start “dask worker {address}”",
    ),
    "jobs_and_scheduler": Text(
        "--jobs et --scheduler s’excluent\u00a0: des processus de cette machine, ou un groupe de machines",
        "--jobs and --scheduler exclude each other: processes of this machine, or a cluster",
    ),
}

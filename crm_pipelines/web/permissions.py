"""The guard that every address carries, so that none is open by oversight."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Literal

from fastapi import Depends
from fastapi.routing import APIRoute
from starlette.requests import Request
from starlette.routing import BaseRoute

from crm_pipelines.model.errors import ContractError
from crm_pipelines.stores.ledger.audit import Action, Happening
from crm_pipelines.web.roles import Permission
from crm_pipelines.web.visitors import NotAllowedError, PurposeNeededError, SecondFactorNeededError, signed_in
from crm_pipelines.web.web_state import WebState


@dataclass(frozen=True)
class Guard:
    """Who may use an address.

    Attributes:
        permission: what they must hold; None: the address is open to strangers.
        shows: whose data it shows, where the project may ask what for.
        is_whole: whether it shows values whole, and so nothing to whoever sees parts of them.
        is_for_held: whether it is there for whoever must set up a second factor first.
    """

    permission: Permission | None
    shows: Literal["question", "customer"] | None = None
    is_whole: bool = False
    is_for_held: bool = False

    def __call__(self, request: Request) -> None:
        """Refuse whoever may not; who was refused stands in the audit log.

        Raises:
            StrangerError, SecondFactorNeededError, NotAllowedError, PurposeNeededError.
        """
        if self.permission is None:
            return
        visitor = signed_in(request)
        if visitor.is_held and not self.is_for_held:
            raise SecondFactorNeededError
        web: WebState = request.app.state.web
        if not visitor.may(self.permission):
            refused = Happening(
                happened_at=visitor.now,
                action=Action.REFUSED,
                person_id=visitor.known.person_id,
                object_kind="permission",
                object_id=self.permission,
            )
            web.stewards.audit.note(refused)
            raise NotAllowedError
        if self.is_whole and visitor.sight.is_partial:
            raise NotAllowedError
        if self.shows is not None and self.shows in web.access.purpose_required_for and visitor.purpose is None:
            raise PurposeNeededError


def needs(
    permission: Permission,
    shows: Literal["question", "customer"] | None = None,
    *,
    is_whole: bool = False,
    is_for_held: bool = False,
) -> list[Any]:
    """The dependencies of an address for those who hold a permission."""
    return [Depends(Guard(permission, shows, is_whole, is_for_held))]


def open_to_strangers() -> list[Any]:
    """The dependencies of an address that asks nobody who they are."""
    return [Depends(Guard(None))]


def guard_of(route: BaseRoute) -> Guard | None:
    """The guard of an address; None where it has none."""
    found = route.dependencies if isinstance(route, APIRoute) else []
    return next((one.dependency for one in found if isinstance(one.dependency, Guard)), None)


def require_guards(routes: Iterable[BaseRoute]) -> None:
    """Refuse to start with an address of which nobody said who may use it.

    Raises:
        ContractError: `web.unguarded`, with the paths.
    """
    open_paths = [route.path for route in routes if isinstance(route, APIRoute) and guard_of(route) is None]
    if open_paths:
        raise ContractError("web.unguarded", paths=", ".join(sorted(open_paths)))

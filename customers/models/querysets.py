from django.db import models


class CustomerQuerySet(models.QuerySet):
    def of(self, organisation):
        """Every read of customers starts here (TRUST I12)."""
        return self.filter(organisation=organisation)

    def active(self):
        return self.filter(is_active=True)
